/* The node's socket. */
#ifndef FLOE_CONNECT_H
#define FLOE_CONNECT_H

/* A connection to the node of this machine. Without one it gives up. */
int dial(void);

/* The same, or -1 and why. */
int dial_or_fail(const char **why);

#endif
