/* STAT, READ and LIST: what the node asks about files. */
#ifndef FLOE_LOOK_H
#define FLOE_LOOK_H

#include "wire.h"

void look_stat(struct payload *payload);
void look_read(struct payload *payload);
void look_list(struct payload *payload);

#endif
