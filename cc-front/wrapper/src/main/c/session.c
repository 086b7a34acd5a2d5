#include "session.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIELD_OF_STATE = 3, FIELD_OF_START = 22 }; /* of /proc/PID/stat, see proc(5) */

/* The number of a session is given away again once its last process has ended; number and start together are not. */
static uint64_t start_of(uint32_t pid)
{
    char path[32], text[1024];
    snprintf(path, sizeof path, "/proc/%u/stat", (unsigned)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0)
        return 0;
    text[length] = '\0';
    char *at = strrchr(text, ')'); /* the name of the program may hold anything */
    for (int field = FIELD_OF_STATE; at != NULL && field <= FIELD_OF_START; field++)
        at = strchr(at + 1, ' ');
    return at == NULL ? 0 : strtoull(at + 1, NULL, 10);
}

struct session own_session(void)
{
    pid_t leader = getsid(0);
    if (leader <= 0)
        return (struct session){0};
    return (struct session){.leader = (uint32_t)leader, .start = start_of((uint32_t)leader)};
}
