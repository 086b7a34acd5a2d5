#include "dial.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "become.h"
#include "find.h"

/* Connects; a path that is too long for a socket address is reached through a descriptor of its directory. */
static bool reach(int fd, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int directory = -1;
    if (strlen(path) < sizeof address.sun_path) {
        strcpy(address.sun_path, path);
    } else {
        char parent[PATH_MAX];
        const char *base = base_name(path);
        snprintf(parent, sizeof parent, "%.*s", (int)(base - path), path);
        directory = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
        int n = snprintf(address.sun_path, sizeof address.sun_path, "/proc/self/fd/%d/%s", directory, base);
        if (directory < 0 || n >= (int)sizeof address.sun_path) {
            errno = ENAMETOOLONG;
            return false;
        }
    }
    bool reached = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    int error = errno;
    if (directory >= 0)
        close(directory);
    errno = error;
    return reached;
}

/* A home is what the environment says, so who listens there may be anybody. */
static bool is_mine(int fd)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == getuid();
}

/* Where a node listens whose user has no /run/user/UID. Root's does not; and the home that sudo leaves to root is another's. */
static bool in_home(char *path)
{
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    if (getuid() == 0)
        return false;
    if (data != NULL && *data != '\0')
        return snprintf(path, PATH_MAX, "%s/floe/node.sock", data) < PATH_MAX;
    return home != NULL && *home != '\0' && snprintf(path, PATH_MAX, "%s/.local/share/floe/node.sock", home) < PATH_MAX;
}

int dial(void)
{
    char paths[4][PATH_MAX];
    int count = 0, home = -1;
    const char *named = getenv("FLOE_SOCKET");
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    if (named != NULL && *named != '\0') {
        snprintf(paths[count++], PATH_MAX, "%s", named);
    } else {
        if (runtime != NULL && *runtime != '\0')
            snprintf(paths[count++], PATH_MAX, "%s/floe/node.sock", runtime);
        snprintf(paths[count], PATH_MAX, "/run/user/%u/floe/node.sock", (unsigned)getuid());
        if (count == 0 || strcmp(paths[0], paths[count]) != 0)
            count++;
        if (in_home(paths[count]))
            home = count++;
        strcpy(paths[count++], "/run/floe/node.sock");
    }

    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        give_up("socket: %s", strerror(errno));
    /* A full backlog is waited for this long. */
    struct timeval patience = {.tv_sec = 1};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    int first_error = 0;
    const char *blamed = paths[count - 1];
    for (int i = 0; i < count; i++) {
        if (reach(fd, paths[i])) {
            if (i == home && !is_mine(fd))
                give_up("the node at %s is another user's", paths[i]);
            return fd;
        }
        if (first_error == 0 && (errno != ENOENT || i == count - 1)) {
            first_error = errno;
            blamed = paths[i];
        }
    }
    close(fd);
    give_up("no node at %s: %s", blamed, strerror(first_error));
}
