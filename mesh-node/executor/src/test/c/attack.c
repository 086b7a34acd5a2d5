#include "attack.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *current;
static int probes;
static char **settings;

void group(const char *name)
{
    current = name;
}

static void say(bool held, const char *name, const char *seen)
{
    probes++;
    printf("%s\t%s\t%s\t%s\n", held ? "held" : "broken", current, name, seen);
    fflush(stdout);
}

void denied(const char *name, long result, int error, int or_error)
{
    int seen = errno;
    if (result >= 0)
        say(false, name, "was allowed");
    else
        say(seen == error || seen == or_error, name, strerror(seen));
}

void harmless(const char *name, long result, const char *why)
{
    int seen = errno;
    say(result >= 0, name, result >= 0 ? why : strerror(seen));
}

void check(const char *name, bool holds, const char *why)
{
    say(holds, name, why);
}

long read_byte(const char *path)
{
    unsigned char byte;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    long n = fd < 0 ? -1 : read(fd, &byte, 1);
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = n == 0 ? ENODATA : error;
    return n == 1 ? byte : -1;
}

long open_to_write(const char *path)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int error = errno;
    if (fd >= 0)
        close(fd);
    errno = error;
    return fd;
}

const char *setting(const char *key)
{
    size_t length = strlen(key);
    for (char **each = settings; *each != NULL; each++)
        if (strncmp(*each, key, length) == 0 && (*each)[length] == '=')
            return *each + length + 1;
    fprintf(stderr, "%s= is missing\n", key);
    exit(2);
}

int main(int count, char **arguments)
{
    if (count < 3)
        return 2;
    const char *mode = arguments[1], *what = arguments[2];
    settings = arguments + 2;
    if (strcmp(mode, "probe") == 0) {
        probe_processes(); /* first, because it looks at what descriptors there are */
        probe_files();
        probe_mounts();
        probe_kernel();
        probe_sockets();
        probe_outside();
        printf("end\t%d\n", probes);
    } else if (strcmp(mode, "race") == 0) {
        race();
    } else if (strcmp(mode, "fill") == 0) {
        fill(what);
    } else if (strcmp(mode, "leave") == 0) {
        leave(what);
    } else {
        return 2;
    }
    return 0;
}
