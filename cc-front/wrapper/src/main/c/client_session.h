/* A command line that the node runs: its output is printed here. */
#ifndef FLOE_CLIENT_SESSION_H
#define FLOE_CLIENT_SESSION_H

#include "client_command.h"

/*
 * Sends these words to the node, prints what it prints, and ends with its exit code; or becomes Java, if the node
 * leaves the command to it.
 */
_Noreturn void client_session_run(const struct client_command *command, char *const *words);

/* Prints the version of this program, and the node's if that is another and the node says so at once. */
_Noreturn void client_session_version(void);

#endif
