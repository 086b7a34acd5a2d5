/*
 * Looks at a process that is silent, as the wrapper does at its node: `silent stopped`, `idle`, `busy` or `unknown`. Prints
 * at which look it was taken for frozen, or `alive` after eight.
 */
#define _GNU_SOURCE
#include "../../main/c/node_process.c"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void listen_and(const char *what, int ready)
{
    char path[] = "silent.sock";
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 1) != 0 || write(ready, "x", 1) != 1)
        _exit(1);
    for (;;)
        if (strcmp(what, "busy") != 0)
            pause();
}

static char state_of(pid_t pid)
{
    char state = '?';
    unsigned long long ticks;
    read_process(pid, &state, &ticks);
    return state;
}

int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "";
    int ready[2];
    if (pipe(ready) != 0)
        return 1;
    pid_t child = fork();
    if (child == 0)
        listen_and(what, ready[1]);
    char byte;
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "silent.sock"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (read(ready[0], &byte, 1) != 1 || connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        return 1;
    if (strcmp(what, "stopped") == 0) {
        kill(child, SIGSTOP);
        waitpid(child, NULL, WUNTRACED);
    } else if (strcmp(what, "busy") != 0) {
        while (state_of(child) != 'S')
            ;
    }
    struct silent_process process = silent_process_of(fd);
    if (strcmp(what, "unknown") == 0)
        process.pid = 0;
    int look = 1;
    while (look <= 8 && !silent_process_is_frozen(&process))
        look++;
    kill(child, SIGKILL);
    if (look <= 8)
        printf("%d\n", look);
    else
        puts("alive");
    return 0;
}
