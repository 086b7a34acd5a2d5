/* Finds the real compiler, and never this program itself. */
#ifndef FLOE_FIND_H
#define FLOE_FIND_H

#include <stdbool.h>

enum found { FOUND, FOUND_PAST_FLOE, NOT_FOUND, NOT_EXECUTABLE };

/* The first executable of this name in PATH that is not floe-cc, into path (PATH_MAX bytes). */
enum found find_in_path(const char *name, char *path);

/* Whether path leads to a floe-cc: this one or a copy. */
bool is_floe(const char *path);

/* The part after the last slash. */
const char *base_name(const char *path);

#endif
