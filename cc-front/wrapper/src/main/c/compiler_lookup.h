/* Finds the real compiler, and never this program itself. */
#ifndef FLOE_COMPILER_LOOKUP_H
#define FLOE_COMPILER_LOOKUP_H

#include <stdbool.h>

enum found { FOUND, FOUND_PAST_FLOE, NOT_FOUND, NOT_EXECUTABLE };

/*
 * The first executable of this name in PATH that is not floe-cc, into path (PATH_MAX bytes). If there is none, and
 * the name leads to floe-cc, the compiler that it would lead to without Floe: see compiler_lookup.c.
 *
 * called_as: the path by which this program was called under that name, NULL if it was not
 */
enum found find_compiler(const char *name, const char *called_as, char *path);

/* Whether path leads to a floe-cc: this one or a copy. */
bool is_floe(const char *path);

/* The part after the last slash. */
const char *base_name(const char *path);

#endif
