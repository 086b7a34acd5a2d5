/* Mounts, roots and namespaces. */
#include "attack.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long clone_with(unsigned long flags)
{
    long pid = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0)
        _exit(0);
    int error = errno;
    if (pid > 0)
        waitpid((pid_t)pid, NULL, 0);
    errno = error;
    return pid;
}

static void namespaces(void)
{
    static const struct {
        const char *name;
        int flag;
    } kinds[] = {{"user", CLONE_NEWUSER},     {"mount", CLONE_NEWNS}, {"pid", CLONE_NEWPID},
                 {"network", CLONE_NEWNET},   {"ipc", CLONE_NEWIPC},  {"uts", CLONE_NEWUTS},
                 {"cgroup", CLONE_NEWCGROUP}, {"time", 0x80}};
    char name[80];
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        snprintf(name, sizeof name, "unshare the %s namespace", kinds[i].name);
        denied(name, unshare(kinds[i].flag), EPERM, EPERM);
        if (kinds[i].flag != 0x80) { /* which clone does not know */
            snprintf(name, sizeof name, "clone into a new %s namespace", kinds[i].name);
            denied(name, clone_with((unsigned long)kinds[i].flag), EPERM, EPERM);
        }
    }
    static const char *const files[] = {"user", "mnt", "pid", "net", "ipc", "uts", "cgroup", "time"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[40];
        snprintf(path, sizeof path, "/proc/1/ns/%s", files[i]);
        snprintf(name, sizeof name, "open the %s namespace of process 1", files[i]);
        denied(name, open(path, O_RDONLY | O_CLOEXEC), EACCES, EACCES);
    }
    int own = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
    denied("join a namespace", setns(own, 0), EPERM, EPERM);
    denied("join the namespaces of a process", setns((int)syscall(SYS_pidfd_open, getpid(), 0), CLONE_NEWNS), EPERM,
           EPERM);
    denied("find the parent of its user namespace", ioctl(own, 0xb702, 0), EPERM, EPERM);
    char arguments[88] = {0};
    denied("clone3, whose flags no filter sees", syscall(SYS_clone3, arguments, sizeof arguments), ENOSYS, ENOSYS);
    denied("write a map of users", open_to_write("/proc/self/uid_map"), EROFS, EROFS);
    denied("allow itself other groups", open_to_write("/proc/self/setgroups"), EROFS, EROFS);
}

static void mounts(void)
{
    denied("mount a tmpfs", mount("t", "/w", "tmpfs", 0, 0), EPERM, EPERM);
    denied("mount proc again", mount("p", "/w", "proc", 0, 0), EPERM, EPERM);
    denied("mount a device file system", mount("d", "/w", "devtmpfs", 0, 0), EPERM, EPERM);
    denied("mount an overlay", mount("o", "/w", "overlay", 0, "lowerdir=/ro,upperdir=/w,workdir=/v"), EPERM, EPERM);
    denied("mount a directory over the runner", mount("/w", "/.floe-bin", 0, MS_BIND, 0), EPERM, EPERM);
    denied("make its root writable", mount(0, "/", 0, MS_REMOUNT | MS_BIND, 0), EPERM, EPERM);
    denied("make proc writable", mount(0, "/proc", 0, MS_REMOUNT | MS_BIND, 0), EPERM, EPERM);
    denied("let the scratch file system grow", mount(0, "/w", 0, MS_REMOUNT, "size=100%"), EPERM, EPERM);
    denied("move a mount", mount("/w", "/v", 0, MS_MOVE, 0), EPERM, EPERM);
    denied("share its mounts", mount(0, "/", 0, MS_REC | MS_SHARED, 0), EPERM, EPERM);
    denied("unmount proc", umount2("/proc", MNT_DETACH), EPERM, EPERM);
    denied("unmount a shield", umount2("/w/shield", MNT_DETACH), EPERM, EPERM);
    denied("change its root", chroot("/w"), EPERM, EPERM);
    denied("pivot its root", syscall(SYS_pivot_root, "/w", "/w"), EPERM, EPERM);
    denied("open a tree of mounts", syscall(428, AT_FDCWD, "/", 1), EPERM, EPERM);
    denied("open a tree with attributes", syscall(467, AT_FDCWD, "/", 1, 0, 0), EPERM, EPERM);
    denied("move a mount by descriptor", syscall(429, -1, "", -1, "", 0), EPERM, EPERM);
    denied("open a file system", syscall(430, "tmpfs", 0), EPERM, EPERM);
    denied("configure a file system", syscall(431, -1, 0, 0, 0, 0), EPERM, EPERM);
    denied("mount a file system by descriptor", syscall(432, -1, 0, 0), EPERM, EPERM);
    denied("pick a file system", syscall(433, AT_FDCWD, "/w", 0), EPERM, EPERM);
    denied("set attributes of a mount", syscall(442, AT_FDCWD, "/", 0, 0, 0), EPERM, EPERM);
    denied("swap to a file", syscall(SYS_swapon, "/w/copied.txt", 0), EPERM, EPERM);
    denied("set a quota", syscall(SYS_quotactl, 0, 0, 0, 0), EPERM, EPERM);
    denied("set a quota by descriptor", syscall(443, -1, 0, 0, 0), EPERM, EPERM);
    denied("open a file by its handle", syscall(SYS_open_by_handle_at, AT_FDCWD, 0, 0), EPERM, EPERM);
    denied("watch a mount", syscall(SYS_fanotify_init, 0, 0), EPERM, EPERM);
}

/* Only mounts of the sandbox may be there, and their sources say nothing but where a tree lies. */
static void list_of_mounts(void)
{
    char line[1024], where[256] = "";
    int others = 0;
    FILE *list = fopen("/proc/self/mountinfo", "re");
    while (list != NULL && fgets(line, sizeof line, list) != NULL) {
        char point[256] = "";
        sscanf(line, "%*s %*s %*s %*s %255s", point);
        static const char *const known[] = {"/", "/proc", "/dev", "/w", "/v", "/tmp", "/.floe"};
        bool found =
            strncmp(point, "/proc/", 6) == 0 || strncmp(point, "/dev/", 5) == 0 || strcmp(point, "/w/shield") == 0;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            found |= strcmp(point, known[i]) == 0;
        if (!found) {
            others++;
            snprintf(where, sizeof where, "%.200s", point);
        }
    }
    check("find mounts that are not the sandbox's", list != NULL && others == 0, where);
    denied("see /sys", open("/sys", O_RDONLY | O_CLOEXEC), ENOENT, ENOENT);
    denied("see the old root", open("/oldroot", O_RDONLY | O_CLOEXEC), ENOENT, ENOENT);
    denied("see bubblewrap's new root", open("/newroot", O_RDONLY | O_CLOEXEC), ENOENT, ENOENT);
}

void probe_mounts(void)
{
    group("mounts and namespaces");
    namespaces();
    mounts();
    list_of_mounts();
}
