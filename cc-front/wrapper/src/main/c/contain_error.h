/* How floe-run --contain fails. */
#ifndef FLOE_CONTAIN_ERROR_H
#define FLOE_CONTAIN_ERROR_H

/* The exit code of a job that could not be run or whose results cannot be had. */
enum { CONTAIN_FAILED = 1 };

/* Writes a message and ends the process with CONTAIN_FAILED. */
_Noreturn void contain_fail(const char *what, const char *why);

#endif
