#include "jobserver_style.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "build_say.h"
#include "compiler_lookup.h"

enum { VERSION_MS = 2000, NOT_EXECUTED = 127 };

/* The first line that `PROGRAM --version` prints; false if it prints none. */
static bool version_of(const char *program, char *line, size_t size)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(ends[1], 1);
        dup2(null, 2);
        execlp(program, program, "--version", (char *)NULL);
        _exit(NOT_EXECUTED);
    }
    close(ends[1]);
    size_t length = 0;
    struct pollfd entry = {.fd = ends[0], .events = POLLIN};
    while (pid > 0 && length < size - 1 && memchr(line, '\n', length) == NULL && poll(&entry, 1, VERSION_MS) > 0) {
        ssize_t n = read(ends[0], line + length, size - 1 - length);
        if (n <= 0)
            break;
        length += (size_t)n;
    }
    close(ends[0]);
    line[length] = '\0';
    line[strcspn(line, "\n")] = '\0';
    if (pid > 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    return length > 0;
}

static bool is_at_least(const char *version, int major, int minor)
{
    int has_major, has_minor;
    return sscanf(version, "%d.%d", &has_major, &has_minor) == 2 &&
           (has_major > major || (has_major == major && has_minor >= minor));
}

bool is_make(const char *name)
{
    return strcmp(name, "make") == 0 || strcmp(name, "gmake") == 0;
}

/* make understands a path from 4.4 on and dies of one before; ninja understands nothing else. */
enum pool_style jobserver_style_for(const char *command)
{
    static const char gnu_make[] = "GNU Make ";
    const char *name = base_name(command);
    char version[256];
    if (strcmp(name, "ninja") == 0) {
        if (version_of(command, version, sizeof version) && !is_at_least(version, 1, 13))
            build_say(
                "warning: ninja %s follows no jobserver (1.13 does), and goes its own way; better: ninja -j$(floe "
                "capacity)",
                version);
        return POOL_FIFO;
    }
    const char *const makes[] = {is_make(name) ? command : "make", "gmake"};
    for (size_t i = 0; i < sizeof makes / sizeof *makes; i++)
        if (version_of(makes[i], version, sizeof version) && strncmp(version, gnu_make, sizeof gnu_make - 1) == 0)
            return is_at_least(version + sizeof gnu_make - 1, 4, 4) ? POOL_FIFO : POOL_PIPE;
    return POOL_PIPE;
}
