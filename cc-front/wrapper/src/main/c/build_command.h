/*
 * The process of the command that `floe run` runs. It is in this process's group: the terminal belongs to it, and
 * what the terminal sends comes to both. Signals from elsewhere are passed on.
 */
#ifndef FLOE_BUILD_COMMAND_H
#define FLOE_BUILD_COMMAND_H

#include <signal.h>
#include <stdbool.h>

/* Becomes the command; returns its exit code, with a message, if that cannot be. */
int build_command_exec(char **command);

/* Starts it; returns 0 or an errno. From here on signals are held back except while something is waited for. */
int build_command_start(char **command);

/* The mask for such a wait: the signals as they were found. */
const sigset_t *build_command_wait_mask(void);

/* Reaps what has ended, orphans of the build included; true once the command has, with its status. */
bool build_command_has_ended(int *status);

/*
 * Ends as the command did, so that a shell sees what it would have seen without this process; or returns the exit
 * code.
 */
int build_command_end_like(int status);

#endif
