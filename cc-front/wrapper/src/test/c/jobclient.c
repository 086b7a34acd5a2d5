/*
 * A client of the jobserver in MAKEFLAGS, which does what its arguments say, one after the other, and writes a line to the file that is named first
 * after each: await N (until N tokens are free), take N, give N, die N (a process below this one takes N and is killed), wait FILE (until it is
 * there).
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static int from, to;

static int find_tokens(void)
{
    const char *flags = getenv("MAKEFLAGS");
    const char *auth = flags == NULL ? NULL : strstr(flags, "--jobserver-auth=");
    char path[4096];
    if (auth == NULL)
        return 0;
    if (sscanf(auth, "--jobserver-auth=fifo:%4095s", path) == 1)
        return (from = to = open(path, O_RDWR)) >= 0;
    return sscanf(auth, "--jobserver-auth=%d,%d", &from, &to) == 2;
}

static void await(int count)
{
    for (int free = -1; free != count; usleep(1000))
        if (ioctl(from, FIONREAD, &free) != 0)
            exit(3);
}

static void take(int count)
{
    char token;
    while (count-- > 0)
        if (read(from, &token, 1) != 1)
            exit(4);
}

static void give(int count)
{
    while (count-- > 0)
        if (write(to, "+", 1) != 1)
            exit(5);
}

static void die_with(int count)
{
    pid_t pid = fork();
    if (pid == 0) {
        take(count);
        kill(getpid(), SIGKILL);
    }
    waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
    int log = argc > 1 ? open(argv[1], O_WRONLY) : -1;
    if (log < 0 || !find_tokens())
        return 2;
    for (int i = 2; i + 1 < argc; i += 2) {
        int count = atoi(argv[i + 1]);
        if (strcmp(argv[i], "await") == 0)
            await(count);
        else if (strcmp(argv[i], "take") == 0)
            take(count);
        else if (strcmp(argv[i], "give") == 0)
            give(count);
        else if (strcmp(argv[i], "die") == 0)
            die_with(count);
        else if (strcmp(argv[i], "wait") == 0)
            while (access(argv[i + 1], F_OK) != 0)
                usleep(1000);
        if (dprintf(log, "%s %s\n", argv[i], argv[i + 1]) < 0)
            return 6;
    }
    return 0;
}
