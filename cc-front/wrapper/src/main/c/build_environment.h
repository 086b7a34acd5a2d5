/* What the command of `floe run` finds in its environment. */
#ifndef FLOE_BUILD_ENVIRONMENT_H
#define FLOE_BUILD_ENVIRONMENT_H

#include <stdbool.h>

#include "build_options.h"

/* Whether an outer `floe run` gave this one a jobserver that is still in force. */
bool is_inside_of_another_build(void);

/*
 * The name of the build, which becomes FLOE_BUILD: the user's, an outer build's, or one from the directory and the
 * time.
 */
const char *build_environment_set_id(const char *given);

/*
 * The variables that lead to the pool, which is open; warns of what keeps the command from using it. False without
 * memory.
 */
bool build_environment_set(const struct build_options *options);

#endif
