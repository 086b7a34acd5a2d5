/* OPEN, CHUNK, COPY, COMMIT and DISCARD: files appear whole, under their names, or not at all. */
#ifndef FLOE_OUTPUTS_H
#define FLOE_OUTPUTS_H

#include "frame_io.h"

void outputs_open(struct payload *payload);
void outputs_write(struct frame *chunk); /* into the file that was opened last */
void outputs_copy(struct payload *payload);
void outputs_commit(void); /* and sends DONE */
void outputs_discard(void);
void outputs_discard_in_handler(void);

#endif
