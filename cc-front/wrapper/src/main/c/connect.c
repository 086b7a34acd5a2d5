#include "connect.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "compiler_lookup.h"
#include "fallback.h"

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

/* The directory of sockets that any user's wrapper may use. */
#define SYSTEM_DIRECTORY "/run/floe"

/*
 * Whether this process, which is root, is root of the machine. In a container without root, and in other user
 * namespaces that an ordinary user has made, root is that user.
 */
static bool is_root_of_machine(void)
{
    unsigned inside, outside;
    FILE *map = fopen("/proc/self/uid_map", "re");
    if (map == NULL)
        return true;
    bool known = fscanf(map, "%u %u", &inside, &outside) == 2;
    fclose(map);
    return !known || inside != 0 || outside == 0;
}

/*
 * Whether the socket lies right in the system's directory, and only root or the peer can have put it there. For root's
 * wrapper only root counts: it obeys another user only where root keeps the directory for itself. Users that a user
 * namespace does not know look alike, but only the owner of the directory can have put a socket there.
 */
static bool is_system_socket(const char *path, uid_t me, uid_t peer)
{
    struct stat st;
    size_t length = strlen(SYSTEM_DIRECTORY "/");
    if (strncmp(path, SYSTEM_DIRECTORY "/", length) != 0 || strchr(path + length, '/') != NULL)
        return false;
    return lstat(SYSTEM_DIRECTORY, &st) == 0 && S_ISDIR(st.st_mode) && (st.st_mode & (S_IWGRP | S_IWOTH)) == 0 &&
           (st.st_uid == 0 || (st.st_uid == peer && (me != 0 || !is_root_of_machine())));
}

static char why_not[PATH_MAX + 100];

static int fail(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int fail(int fd, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why_not, sizeof why_not, format, arguments);
    va_end(arguments);
    if (fd >= 0)
        close(fd);
    return -1;
}

/*
 * The descriptor, unless the peer may not act as this process's user. Where the socket was found proves nothing,
 * because the environment may be another user's (su, sudo -E). The kernel itself is asked for the user, because
 * libraries such as fakeroot's lie.
 */
static int check_peer(int fd, const char *path)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    uid_t me = (uid_t)syscall(SYS_geteuid);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
        return fail(fd, "cannot tell whose node is at %s: %s", path, strerror(errno));
    if (peer.uid != me && peer.uid != 0 && !is_system_socket(path, me, peer.uid))
        return fail(fd, "the node at %s is another user's (uid %u)", path, (unsigned)peer.uid);
    return fd;
}

/*
 * Where a node listens whose user has no /run/user/UID. Root's does not; and the home that sudo leaves to root is
 * another's.
 */
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

/*
 * The same below the home that /etc/passwd has for this user. Build tools set HOME to a directory of their own
 * (debhelper), and what is found there is checked as everywhere. A user of another database, such as LDAP, has no
 * line there, and sets FLOE_SOCKET.
 */
static bool in_home_of_user(char *path)
{
    uid_t me = getuid();
    FILE *users = me == 0 ? NULL : fopen("/etc/passwd", "re");
    char line[4096];
    bool found = false;
    if (users == NULL)
        return false;
    while (!found && fgets(line, sizeof line, users) != NULL) {
        /* name:password:uid:gid:comment:home:shell */
        char *field[6];
        char *rest = line;
        int fields = 0;
        while (fields < 6 && (field[fields] = strsep(&rest, ":")) != NULL)
            fields++;
        char *end;
        if (fields < 6 || rest == NULL || field[2][0] < '0' || field[2][0] > '9')
            continue;
        unsigned long uid = strtoul(field[2], &end, 10);
        if (*end != '\0' || uid != me)
            continue;
        found = true;
        if (field[5][0] != '/' || snprintf(path, PATH_MAX, "%s/.local/share/floe/node.sock", field[5]) >= PATH_MAX)
            break;
        fclose(users);
        return true;
    }
    fclose(users);
    return false;
}

/* Where the node of this user listens by default. */
static void usual_place(char *path)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    struct stat st;
    if (runtime != NULL && *runtime != '\0') {
        snprintf(path, PATH_MAX, "%s/floe/node.sock", runtime);
        return;
    }
    snprintf(path, PATH_MAX, "/run/user/%u", (unsigned)getuid());
    if (getuid() != 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        strcat(path, "/floe/node.sock");
    else if (!in_home(path) && !in_home_of_user(path))
        strcpy(path, SYSTEM_DIRECTORY "/node.sock");
}

/* A connection to the first place that has a listener; -1 and the place to blame if none has. */
static int reach_first(const char *named, struct timeval patience, struct node_place *where)
{
    char paths[5][PATH_MAX];
    int count = 0;
    int of_user = -1; /* the place that is looked up only when those before it lead nowhere */
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
            count++;
        of_user = count++;
        strcpy(paths[count++], SYSTEM_DIRECTORY "/node.sock");
    }

    where->error = 0;
    strcpy(where->path, paths[count - 1]);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        where->error = errno;
        return -1;
    }
    /* A full backlog is waited for this long. */
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    for (int i = 0; i < count; i++) {
        if (i == of_user && !in_home_of_user(paths[i]))
            continue;
        if (reach(fd, paths[i])) {
            strcpy(where->path, paths[i]);
            return fd;
        }
        if (where->error == 0 && (errno != ENOENT || i == count - 1)) {
            where->error = errno;
            strcpy(where->path, paths[i]);
        }
    }
    close(fd);
    return -1;
}

int dial_or_fail(const char **why)
{
    *why = why_not;
    struct node_place where;
    int fd = reach_first(getenv("FLOE_SOCKET"), (struct timeval){.tv_sec = 1}, &where);
    return fd < 0 ? fail(fd, "no node at %s: %s", where.path, strerror(where.error)) : check_peer(fd, where.path);
}

int dial_any_user(const char *named, int patience_ms, struct node_place *where)
{
    if (named == NULL)
        named = getenv("FLOE_SOCKET");
    struct timeval patience = {.tv_sec = patience_ms / 1000, .tv_usec = patience_ms % 1000 * 1000};
    int fd = reach_first(named, patience, where);
    if (fd < 0 && where->error == ENOENT && (named == NULL || *named == '\0'))
        usual_place(where->path);
    return fd;
}

int dial(void)
{
    const char *why;
    int fd = dial_or_fail(&why);
    if (fd < 0)
        fall_back("%s", why);
    return fd;
}
