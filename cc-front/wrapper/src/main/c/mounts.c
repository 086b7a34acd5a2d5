#include "mounts.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "contain_error.h"

void mount_check(bool done, const char *what)
{
    if (!done)
        contain_fail(what, strerror(errno));
}

const char *mount_path(char room[MOUNT_PATH_ROOM], int fd)
{
    snprintf(room, MOUNT_PATH_ROOM, "/proc/self/fd/%d", fd);
    return room;
}

int mount_open(int root, const char *path)
{
    const char *rest = path;
    int at = openat(root, ".", MOUNT_OPEN_DIRECTORY);
    while (at >= 0 && *(rest += strspn(rest, "/")) != '\0') {
        char name[NAME_MAX + 1];
        size_t length = strcspn(rest, "/");
        if (length > NAME_MAX || (length == 1 && *rest == '.') || (length == 2 && strncmp(rest, "..", 2) == 0))
            contain_fail(path, "is no plain path");
        memcpy(name, rest, length);
        name[length] = '\0';
        int next = openat(at, name, MOUNT_OPEN_DIRECTORY);
        close(at);
        at = next;
        rest += length;
    }
    mount_check(at >= 0, path);
    return at;
}

void mount_bind(int source, int target, const char *what)
{
    char from[MOUNT_PATH_ROOM], to[MOUNT_PATH_ROOM];
    mount_check(mount(mount_path(from, source), mount_path(to, target), NULL, MS_BIND, NULL) == 0, what);
}

void mount_make_read_only(int mounted, unsigned long flags, const char *what)
{
    char path[MOUNT_PATH_ROOM];
    struct statvfs now;
    mount_check(fstatvfs(mounted, &now) == 0, what);
    flags |= MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | ((now.f_flag & ST_NOEXEC) != 0 ? MS_NOEXEC : 0);
    mount_check(mount(NULL, mount_path(path, mounted), NULL, flags, NULL) == 0, what);
}
