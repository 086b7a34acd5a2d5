/* The process: how it starts, ends, and becomes another program. */
#ifndef FLOE_OBSERVER_PROCESS_H
#define FLOE_OBSERVER_PROCESS_H

#include <stdint.h>

/* Reads the two variables that are meant for this library and opens the record; does nothing after the first time. */
void observe(char **environment);

/* Each function that stands before another begins with this: constructors of other libraries may run before ours. */
#define OBSERVE() observe(0)

/* Whether a program gets this library; the path is null if it is not known. */
_Bool is_injected(const char *path);

/* What inject needs: how many pointers, and how many bytes for the setting of LD_PRELOAD. */
uint32_t injected_count(char *const *environment);
uint32_t injected_size(char *const *environment);

/* An environment with what makes the program load this library. */
void inject(char *const *environment, char **variables, char *preload);

#endif
