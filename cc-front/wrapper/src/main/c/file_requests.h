/* STAT, READ and LIST: what the node asks about files. */
#ifndef FLOE_FILE_REQUESTS_H
#define FLOE_FILE_REQUESTS_H

#include "codec.h"

void look_stat(struct payload *payload);
void look_read(struct payload *payload);
void look_list(struct payload *payload);

#endif
