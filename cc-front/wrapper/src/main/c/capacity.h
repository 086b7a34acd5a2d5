/* What the node says how wide a build may be, and what it says of a build at its end. */
#ifndef FLOE_CAPACITY_H
#define FLOE_CAPACITY_H

#include <stdbool.h>
#include <stddef.h>

/* Connects and asks for the number, now and at each change. False if there is no node; *why says so. */
bool capacity_watch(const char **why);

/* To be polled for input; -1 without a node. */
int capacity_descriptor(void);

/*
 * Takes what the node has said. Returns the newest number, 0 if it has said none, or -1 if the node is gone, cannot
 * answer or has shown no sign of life for long; then it is no longer watched, and *why says why.
 */
int capacity_take(const char **why);

/* Asks the node for one line; false if it has none to say within a moment. */
bool capacity_ask(const char *request, const char *argument, char *line, size_t size);

#endif
