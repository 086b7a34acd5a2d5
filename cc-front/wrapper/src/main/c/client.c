/*
 * floe: the command line of this machine's node. Most commands run in the node, and what it prints is printed here; the
 * others are floe-cc's or Java's. docs/wrapper-protocol.md
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client_command.h"
#include "client_exec.h"
#include "client_session.h"

enum { USAGE_ERROR = 2 };

/* So that the socket is none of 0, 1, 2 if the caller has closed them. What is written there is still an error. */
static void hold_standard_descriptors(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && fd <= 2);
    if (fd > 2)
        close(fd);
}

int main(int argc, char **argv)
{
    if (argc == 0)
        return USAGE_ERROR;
    hold_standard_descriptors();
    char **words = argv + 1;
    const char *client = getenv("FLOE_CLIENT");
    struct client_command command = client_command_read(words);
    if (command.kind == CLIENT_BUILDS)
        client_exec_build(command.rest);
    if (command.kind == CLIENT_JAVA || (client != NULL && strcmp(client, "java") == 0))
        client_exec_java(words);
    if (command.kind == CLIENT_EXPLAINS)
        client_exec_explain(command.rest, command.socket, command.is_json);
    if (command.kind == CLIENT_VERSION)
        client_session_version();
    client_session_run(&command, words);
}
