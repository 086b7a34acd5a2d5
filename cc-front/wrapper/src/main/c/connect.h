/* The node's socket. */
#ifndef FLOE_CONNECT_H
#define FLOE_CONNECT_H

#include <limits.h>

/* A connection to the node of this machine. Without one it gives up. */
int dial(void);

/* The same, or -1 and why. */
int dial_or_fail(const char **why);

/* Where a node was found. If none was: where it should listen, and an errno value that says why it cannot be reached. */
struct node_place {
    char path[PATH_MAX];
    int error;
};

/*
 * A connection to the node at a path, or (if that is NULL) at FLOE_SOCKET or the first place that has one; -1 without
 * one. Any user may run that node, so only a client that does nothing for it may use this. A full backlog, error
 * EAGAIN, is waited for this long.
 */
int dial_any_user(const char *named, int patience_ms, struct node_place *where);

#endif
