/* The node's process as the kernel shows it: what a node that is silent is doing. */
#ifndef FLOE_NODE_PROCESS_H
#define FLOE_NODE_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

/* What was seen of a process while it was silent. */
struct silent_process {
    pid_t pid;                /* 0 if it is unknown, as in another namespace */
    unsigned long long ticks; /* its CPU time at the first look */
    int looks;                /* since the silence began */
    int stopped;              /* the last looks in a row at which it was stopped */
    bool busy;                /* at one of them it ran, could have run, or waited for a disk */
};

/* The process at the other end of a connection, at the beginning of a silence. */
struct silent_process silent_process_of(int socket);

/*
 * Looks at it; to be called every second of a silence. Returns whether it is frozen: it was stopped at each of the last
 * three looks, or it has used no CPU time in four seconds and none of its threads could have. A process that only gets
 * no turn, on a machine that is overloaded, has threads that could run.
 */
bool silent_process_is_frozen(struct silent_process *process);

#endif
