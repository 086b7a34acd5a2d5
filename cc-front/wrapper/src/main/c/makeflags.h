/* What MAKEFLAGS says to make and other clients of a jobserver. */
#ifndef FLOE_MAKEFLAGS_H
#define FLOE_MAKEFLAGS_H

#include <stdbool.h>

/*
 * The user's MAKEFLAGS (NULL: none) with `words` in front and without words about parallelism: -jN and other
 * jobservers. Allocated; NULL without memory. *dropped becomes true if the user had a -j among them.
 */
char *makeflags_with(const char *flags, const char *words, bool *dropped);

/* The argument by which make would ignore a jobserver, such as -j8, or NULL. `arguments` begins behind make's name. */
const char *makeflags_own_jobs(char *const *arguments);

#endif
