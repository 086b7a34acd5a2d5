/*
 * Whatever goes wrong, the real compiler compiles. What can go wrong stands in lower layers than what executes the
 * compiler.
 */
#ifndef FLOE_FALLBACK_H
#define FLOE_FALLBACK_H

#include <stddef.h>

/* Says first what fall_back shall end with; it must not return. Its argument is 0. */
void fall_back_by(void (*way_out)(unsigned));

/* Runs the real compiler, because of something about the node that is said if the user asked for it. */
_Noreturn void fall_back(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Memory or fall_back. */
void *get_memory(void *old, size_t size);

#endif
