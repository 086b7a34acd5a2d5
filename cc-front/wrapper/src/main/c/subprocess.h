/* RUN: a program whose output the node wants. */
#ifndef FLOE_SUBPROCESS_H
#define FLOE_SUBPROCESS_H

#include "codec.h"

void child_run(struct payload *payload);

/* Ends a child that is still running, and waits for its end, a second or so at most. */
void child_end(void);

/* Asks a child that is still running, and all that it started, to end; safe in a signal handler. */
void child_stop(void);

#endif
