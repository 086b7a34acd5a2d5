/* The namespaces and the file tree of a job, made by the process that becomes process 1 in them. */
#ifndef FLOE_ISOLATE_H
#define FLOE_ISOLATE_H

#include <sys/types.h>

/* What a job sees. The lists end in a NULL. */
struct isolation {
    const char *scratch;   /* the mounted scratch directory */
    const char *root;      /* directory that is `/`, read-only */
    const char *directory; /* where the command starts, in the job's own tree */
    char **shields;        /* directories of the tree that are mounted read-only in a writable one */
    char **variables;      /* NAME=VALUE; the job has no others but PWD */
};

/*
 * Like fork, with the child in new namespaces for mounts, processes, the network, ipc, host names and control groups.
 * This process must have every capability in its user namespace.
 */
pid_t isolate_fork(void);

/*
 * In the child: makes the tree of the job, in which `report` of the scratch directory is REPORTS and its `w` N is
 * writable path N, and gives up all capabilities. Ends the process with a message if anything of that fails, or if the
 * parent, which holds the other end of the pipe, has ended.
 */
void isolate_enter(const struct isolation *wanted, const char *const *writable, unsigned count, const char *reports,
                   int parent);

#endif
