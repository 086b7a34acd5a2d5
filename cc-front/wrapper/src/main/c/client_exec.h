/* The programs that the client becomes for what the node does not run. */
#ifndef FLOE_CLIENT_EXEC_H
#define FLOE_CLIENT_EXEC_H

#include <stdbool.h>

/* Runs the command line in Java: lib/floe/floe-java of this installation, with these words as arguments. */
_Noreturn void client_exec_java(char *const *words);

/* Runs floe run: the floe-cc beside this program, with these words behind `run`. */
_Noreturn void client_exec_build(char *const *words);

/* Runs floe explain: that floe-cc before a compile command, in its mode that explains. socket: NULL for the usual. */
_Noreturn void client_exec_explain(char *const *words, const char *socket, bool is_json);

#endif
