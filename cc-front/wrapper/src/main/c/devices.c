#include "devices.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mounts.h"

/* All file systems for terminals together have 4096. */
#define MAX_TERMINALS "8"

/* The file of a device is the machine's. Its mount is read-only, so that nobody changes its mode or its times. */
static void add_device(int devices, const char *name)
{
    char path[MOUNT_PATH_ROOM], target[MOUNT_PATH_ROOM];
    snprintf(path, sizeof path, "/dev/%s", name);
    int file = openat(devices, name, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
    mount_check(file >= 0, path);
    mount_check(mount(path, mount_path(target, file), NULL, MS_BIND, NULL) == 0, path);
    close(file);
    file = openat(devices, name, O_PATH | O_NOFOLLOW | O_CLOEXEC); /* now the device */
    mount_check(file >= 0, path);
    mount_make_read_only(file, 0, path);
    close(file);
}

static void mount_terminals(int devices)
{
    char path[MOUNT_PATH_ROOM];
    mount_check(mkdirat(devices, "pts", 0755) == 0, "/dev/pts");
    int target = openat(devices, "pts", MOUNT_OPEN_DIRECTORY);
    mount_check(target >= 0 && mount("devpts", mount_path(path, target), "devpts", MS_NOSUID | MS_NOEXEC,
                                     "newinstance,ptmxmode=0666,mode=620,max=" MAX_TERMINALS) == 0,
                "/dev/pts");
    close(target);
}

/* Users build in shared memory: what the tree has there, read-only as the mount that it comes from. */
static void mount_shared_memory(int devices, int inputs)
{
    int target = openat(devices, "shm", MOUNT_OPEN_DIRECTORY);
    mount_check(target >= 0, "/dev/shm");
    mount_bind(inputs, target, "/dev/shm");
    close(target);
}

void devices_mount(int root)
{
    static const char *const names[] = {"null", "zero", "full", "random", "urandom", "tty"};
    static const char *const links[][2] = {{"stdin", "/proc/self/fd/0"},  {"stdout", "/proc/self/fd/1"},
                                           {"stderr", "/proc/self/fd/2"}, {"fd", "/proc/self/fd"},
                                           {"core", "/proc/kcore"},       {"ptmx", "pts/ptmx"}};
    char path[MOUNT_PATH_ROOM];
    int target = mount_open(root, "/dev"), shared = openat(target, "shm", MOUNT_OPEN_DIRECTORY);
    mount_check(shared >= 0 || errno == ENOENT, "/dev/shm");
    mount_check(mount("tmpfs", mount_path(path, target), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=64k") == 0,
                "cannot mount /dev");
    close(target);
    int devices = mount_open(root, "/dev");
    umask(0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_device(devices, names[i]);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        mount_check(symlinkat(links[i][1], devices, links[i][0]) == 0, links[i][0]);
    mount_check(mkdirat(devices, "shm", 0755) == 0, "/dev/shm");
    mount_terminals(devices);
    if (shared >= 0) {
        mount_shared_memory(devices, shared);
        close(shared);
    }
    mount_make_read_only(devices, MS_NODEV, "/dev");
    close(devices);
    umask(0077);
}
