/* How many commands of a build run at once: what the node says of the mesh, or the cores of this machine. */
#ifndef FLOE_BUILD_WIDTH_H
#define FLOE_BUILD_WIDTH_H

#include <stdbool.h>

/* Looks for the node and waits a moment for its first word; the width stays within these bounds. */
void build_width_start(int least, int most);

/* Takes what the node has said; looks for a node that is missing only if `look`. */
void build_width_update(bool look);

/* How many commands at once. */
int build_width(void);

#endif
