/* Files of the host and of other jobs, by each path that might lead there. */
#include "attack.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A relative path up from where the job works, with more steps than there are. */
static void from_below(const char *path)
{
    char up[1024];
    snprintf(up, sizeof up, "../../../../../../../../../../../..%s", path);
    denied("read a file of the host by a path that goes up", read_byte(up), ENOENT, ENOENT);
    unlink("/w/out");
    check("make a link to a file of the host", symlink(path, "/w/out") == 0, "a link alone");
    denied("read a file of the host through a link", read_byte("/w/out"), ENOENT, ENOENT);
    denied("write a file of the host through a link", open("/w/out", O_WRONLY | O_CREAT | O_CLOEXEC, 0600), ENOENT,
           EROFS);
    denied("read a file of the host through a link of the offer", read_byte("/ro/link"), ENOENT, ENOENT);
    unlink("/w/out");
    snprintf(up, sizeof up, "/proc/1/root%s", path);
    denied("read a file of the host through process 1", read_byte(up), EACCES, EACCES);
    snprintf(up, sizeof up, "/proc/self/root%s", path);
    denied("read a file of the host through its own root", read_byte(up), ENOENT, ENOENT);
    snprintf(up, sizeof up, "/proc/%s/root%s", setting("node"), path);
    denied("read a file of the host through the node", read_byte(up), ENOENT, ENOENT);
}

static bool same_directory(const char *one, const char *other)
{
    struct stat first, second;
    return stat(one, &first) == 0 && stat(other, &second) == 0 && first.st_ino == second.st_ino &&
           first.st_dev == second.st_dev;
}

/* Hundreds of steps up from a directory that is moved meanwhile end at the sandbox's root. */
static void moved_away(void)
{
    mkdir("/w/deep", 0700);
    mkdir("/w/deep/er", 0700);
    int fd = open("/w/deep/er", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    check("move a directory that it works in", rename("/w/deep/er", "/w/er") == 0 && rmdir("/w/deep") == 0, "its own");
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    check("climb out of a directory that was moved",
          chdir(path) == 0 && chdir("../../../../../..") == 0 && same_directory(".", "/"), "it ends at its own root");
    rmdir("/w/er");
    check("climb out of a directory that was removed",
          fchdir(fd) == 0 && (chdir("../../../..") != 0 || same_directory(".", "/")), "it ends at its own root");
    close(fd);
    if (chdir("/w") != 0)
        exit(2);
}

void probe_outside(void)
{
    group("files of the host");
    static const char *const files[] = {"/etc/shadow", "/etc/passwd", "/root", "/home", "/var", "/run", "/usr/sbin"};
    char name[80];
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(name, sizeof name, "open %s", files[i]);
        denied(name, open(files[i], O_RDONLY | O_CLOEXEC), ENOENT, ENOENT);
    }
    denied("read a file of the host", read_byte(setting("canary")), ENOENT, ENOENT);
    from_below(setting("canary"));
    denied("see its own directory on the disk", open(setting("own"), O_RDONLY | O_CLOEXEC), ENOENT, ENOENT);
    denied("see the directory of another job", open(setting("other"), O_RDONLY | O_CLOEXEC), ENOENT, ENOENT);
    denied("see the store", open(setting("store"), O_RDONLY | O_CLOEXEC), ENOENT, ENOENT);
    check("see the scratch file system itself", same_directory("/w/..", "/") && same_directory("/tmp/..", "/"),
          "only directories of it");
    denied("see what another job has in its temporary directory", open("/tmp/of-another-job", O_RDONLY | O_CLOEXEC),
           ENOENT, ENOENT);
    moved_away();
}
