/* Files that a job may read or write, and those that it may not. */
#include "attack.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <linux/fs.h>
#include <unistd.h>

/* Newer than some headers. */
struct new_xattr_args {
    unsigned long value;
    unsigned size, flags;
};

#define INPUT "/ro/input.txt"
#define PROGRAM "/bin/sh"
#define OUTPUT "/w/output"

static int create(const char *path)
{
    return open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
}

static char *of_descriptor(int fd)
{
    static char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    return path;
}

static void read_only_places(void)
{
    static const char *const places[] = {"/evil",           "/bin/evil", "/ro/evil",      "/w/shield/evil",
                                         "/.floe-bin/evil", "/dev/evil", "/dev/shm/evil", "/lib64/evil"};
    char name[80];
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        snprintf(name, sizeof name, "create %s", places[i]);
        denied(name, create(places[i]), EROFS, EROFS);
    }
    static const char *const files[] = {INPUT, PROGRAM, "/w/shield/s.txt", "/.floe-bin/floe-run"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        snprintf(name, sizeof name, "open %s to write", files[i]);
        denied(name, open(files[i], O_WRONLY | O_CLOEXEC), EROFS, i % 2 == 1 ? ETXTBSY : EACCES);
        snprintf(name, sizeof name, "truncate %s", files[i]);
        denied(name, truncate(files[i], 0), EROFS, EACCES);
        snprintf(name, sizeof name, "chmod %s", files[i]);
        denied(name, chmod(files[i], 0666), EROFS, EROFS);
        snprintf(name, sizeof name, "chown %s", files[i]);
        denied(name, chown(files[i], getuid(), getgid()), EROFS, EROFS);
        snprintf(name, sizeof name, "set the times of %s", files[i]);
        denied(name, utimes(files[i], NULL), EROFS, EROFS);
        snprintf(name, sizeof name, "remove %s", files[i]);
        denied(name, unlink(files[i]), EROFS, EROFS);
        snprintf(name, sizeof name, "move %s to a writable directory", files[i]);
        denied(name, rename(files[i], OUTPUT), EXDEV, EXDEV);
        snprintf(name, sizeof name, "link %s into a writable directory", files[i]);
        denied(name, link(files[i], OUTPUT), EXDEV, EXDEV);
        snprintf(name, sizeof name, "set an attribute of %s", files[i]);
        denied(name, setxattr(files[i], "user.a", "b", 1, 0), EOPNOTSUPP, EOPNOTSUPP);
    }
}

static void through_descriptors(void)
{
    int in = open(INPUT, O_RDONLY | O_CLOEXEC);
    denied("link an input by its descriptor", linkat(AT_FDCWD, of_descriptor(in), AT_FDCWD, OUTPUT, AT_SYMLINK_FOLLOW),
           EXDEV, EXDEV);
    denied("open an input again to write", open(of_descriptor(in), O_RDWR | O_CLOEXEC), EROFS, EACCES);
    denied("chmod an input by its descriptor", fchmod(in, 0777), EROFS, EROFS);
    denied("map an input shared and writable",
           mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, in, 0) == MAP_FAILED ? -1 : 0, EACCES, EACCES);
    denied("make an input immutable", ioctl(in, FS_IOC_SETFLAGS, &(int){FS_IMMUTABLE_FL}), EROFS, EPERM);
    denied("change the project of an input", ioctl(in, FS_IOC_FSSETXATTR, &(struct fsxattr){.fsx_projid = 7}), EROFS,
           EOPNOTSUPP);
    denied("take a write lease on an input, which would stop all who open it", fcntl(in, F_SETLEASE, F_WRLCK), EPERM,
           EPERM);
    denied("take a read lease on an input", fcntl(in, F_SETLEASE, F_RDLCK), EPERM, EPERM);
    denied("be notified of a directory's changes", fcntl(open("/ro", O_RDONLY), F_NOTIFY, DN_ACCESS), EPERM, EPERM);
    denied("watch inputs that other jobs share", inotify_init1(IN_CLOEXEC), EPERM, EPERM);
    harmless("lock an input", flock(in, LOCK_EX | LOCK_NB), "advisory; the node locks none of these files");
    flock(in, LOCK_UN);

    /* Dirty COW and Dirty Pipe */
    char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, in, 0), before = *page;
    int memory = open("/proc/self/mem", O_RDWR | O_CLOEXEC);
    denied("open its own memory to write", memory, EROFS, EROFS);
    int pipes[2];
    char spare = 'x';
    if (pipe(pipes) == 0 && splice(in, &(loff_t){0}, pipes[1], NULL, 1, 0) == 1 && write(pipes[1], &spare, 1) == 1)
        check("write to a pipe behind a page of an input", read_byte(INPUT) == before, "the file is as it was");
    denied("send from a pipe into an input", splice(pipes[0], NULL, in, NULL, 1, 0), EBADF, EBADF);
    denied("copy into an input", copy_file_range(open(PROGRAM, O_RDONLY), NULL, in, NULL, 1, 0), EBADF, EBADF);
    int out = create("/w/clone");
    denied("clone an input's blocks", ioctl(out, FICLONE, in), EXDEV, EOPNOTSUPP);
    close(out);
    unlink("/w/clone");
    close(in);
}

static void between_writable_directories(void)
{
    close(create("/w/a"));
    denied("move a file from one writable directory to another", rename("/w/a", "/v/a"), EXDEV, EXDEV);
    denied("link a file from one writable directory into another", link("/w/a", "/v/a"), EXDEV, EXDEV);
    denied("link a file into the report's directory", link("/w/a", "/.floe/a"), EXDEV, EXDEV);
    denied("move a directory to where it is not below its mount", rename("/w/shield", "/v/shield"), EXDEV, EBUSY);
    denied("move a shielded directory", rename("/w/shield", "/w/moved"), EBUSY, EBUSY);
    denied("remove a shielded directory", rmdir("/w/shield"), EBUSY, EBUSY);
    denied("exchange a shielded directory", syscall(SYS_renameat2, AT_FDCWD, "/w/shield", AT_FDCWD, "/w/a", 2), EBUSY,
           EBUSY);
    denied("chmod a shielded directory", chmod("/w/shield", 0777), EROFS, EROFS);
    denied("remove a writable directory", rmdir("/v"), EBUSY, EROFS);
    denied("go up from a writable directory", create("/w/../evil"), EROFS, EROFS);
    denied("link standard output into a directory",
           linkat(AT_FDCWD, "/proc/self/fd/1", AT_FDCWD, OUTPUT, AT_SYMLINK_FOLLOW), EXDEV, EXDEV);
    denied("go up from standard output", openat(1, "..", O_RDONLY | O_CLOEXEC), ENOTDIR, ENOTDIR);
    char target[256] = "";
    ssize_t n = readlink("/proc/self/fd/1", target, sizeof target - 1);
    denied("open standard output where it says that it lies", n > 0 ? open(target, O_RDONLY | O_CLOEXEC) : 0, ENOENT,
           ENOENT);
    int copied = open("/w/copied.txt", O_WRONLY | O_TRUNC | O_CLOEXEC);
    harmless("change its copy of an input", copied < 0 ? -1 : write(copied, "EVIL", 4), "the copy is the job's own");
    unlink("/w/a");
}

/* Files of the machine, as what they are there: a mode that stays and a time that nobody reads. */
static void devices(void)
{
    static const char *const names[] = {"/dev/null",   "/dev/zero",    "/dev/full",
                                        "/dev/random", "/dev/urandom", "/dev/tty"};
    char name[80];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(name, sizeof name, "chmod %s", names[i]);
        denied(name, chmod(names[i], 0666), EROFS, EROFS);
        snprintf(name, sizeof name, "set the times of %s", names[i]);
        denied(name, utimes(names[i], NULL), EROFS, EROFS);
    }
    denied("set the times of standard input", futimens(0, NULL), EROFS, EROFS);
    denied("chmod standard input by its descriptor", fchmod(0, 0666), EROFS, EROFS);
    harmless("write to nothing", write(open("/dev/null", O_WRONLY | O_CLOEXEC), "x", 1), "it is gone");
}

static void odd_attributes(void)
{
    int fd = create("/w/odd");
    static char value[65536];
    denied("attach attributes to its own file, which no bound counts", setxattr("/w/odd", "user.a", value, 1000, 0),
           EOPNOTSUPP, EOPNOTSUPP);
    denied("attach attributes by descriptor", fsetxattr(fd, "user.a", value, 1000, 0), EOPNOTSUPP, EOPNOTSUPP);
    denied("attach attributes to a link", lsetxattr("/w/odd", "user.a", value, 1000, 0), EOPNOTSUPP, EOPNOTSUPP);
    denied("attach an access list", setxattr("/w/odd", "system.posix_acl_access", value, sizeof value, 0), EOPNOTSUPP,
           EOPNOTSUPP);
    denied("attach attributes by the new call",
           syscall(463, AT_FDCWD, "/w/odd", 0, "user.a", &(struct new_xattr_args){0}, sizeof(struct new_xattr_args)),
           EOPNOTSUPP, EOPNOTSUPP);
    denied("give a program capabilities", setxattr("/w/odd", "security.capability", value, 20, 0), EOPNOTSUPP,
           EOPNOTSUPP);
    denied("make a file immutable", ioctl(fd, FS_IOC_SETFLAGS, &(int){FS_IMMUTABLE_FL}), EPERM, ENOTTY);
    denied("give a file to another user", chown("/w/odd", getuid() + 1, (gid_t)-1), EINVAL, EPERM);
    denied("give a file to another group", chown("/w/odd", (uid_t)-1, getgid() + 1), EINVAL, EPERM);
    denied("make a device of characters", mknod("/w/null", S_IFCHR | 0666, 0x103), EPERM, EPERM);
    denied("make a device of blocks", mknod("/w/disk", S_IFBLK | 0666, 0xfe00), EPERM, EPERM);
    harmless("set the bits that change users", fchmod(fd, 06777), "mounted nosuid, and results lose these bits");
    close(fd);
    unlink("/w/odd");
}

void probe_files(void)
{
    group("files");
    read_only_places();
    through_descriptors();
    between_writable_directories();
    odd_attributes();
    devices();
}
