/* How the processes of a contained job end. */
#ifndef FLOE_JOB_END_H
#define FLOE_JOB_END_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Waits for the end of all processes of the job, and ends those that outlive its process 1. This process must be their
 * subreaper. When standard input closes, the result is not wanted any more: all are ended, and this gives false.
 *
 * ended: a signalfd of SIGCHLD that does not block.
 */
bool job_end_await(pid_t first, int ended);

#endif
