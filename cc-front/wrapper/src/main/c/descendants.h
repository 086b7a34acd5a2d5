/* The processes of a build. */
#ifndef FLOE_DESCENDANTS_H
#define FLOE_DESCENDANTS_H

/*
 * How many jobs the processes below this one can be running at most: a process without children counts each of its
 * threads, others all threads but one. Counts no further than `enough`; returns that too if the system does not tell.
 */
int descendants_jobs(int enough);

#endif
