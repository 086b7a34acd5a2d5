/* How a build tool reaches a jobserver. */
#ifndef FLOE_JOBSERVER_STYLE_H
#define FLOE_JOBSERVER_STYLE_H

#include <stdbool.h>

#include "pool.h"

/* The style that the command, or the make that it may start, understands; asks the program for its version. */
enum pool_style jobserver_style_for(const char *command);

/* Whether a program of this name is GNU make. */
bool is_make(const char *name);

#endif
