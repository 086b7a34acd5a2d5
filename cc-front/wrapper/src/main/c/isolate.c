/*
 * What no process of a job can undo holds before its first one starts: the root is a read-only mount of the tree, and
 * nothing of the machine is mounted below it but six device files; this process has no capability and can get none,
 * because its bounding set is empty. It makes all mounts itself, and no job can change the directories in which it
 * makes them: the tree is the node's, and what the scratch directory has is made by the plan. Nevertheless each target
 * is opened name by name, and a link on the way is an error.
 */
#include "isolate.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "contain_error.h"
#include "scratch_files.h"

/* All file systems for terminals together have 4096. */
#define MAX_TERMINALS "8"

enum { PATH_ROOM = 64, OPEN_DIRECTORY = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

pid_t isolate_fork(void)
{
    unsigned long flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | SIGCHLD;
    if (access("/proc/self/ns/cgroup", F_OK) == 0) /* not every kernel has them */
        flags |= CLONE_NEWCGROUP;
#if defined __s390__ || defined __cris__
#error "clone has its arguments in another order"
#endif
    return (pid_t)syscall(SYS_clone, flags, 0, 0, 0, 0);
}

static void check(bool done, const char *what)
{
    if (!done)
        contain_fail(what, strerror(errno));
}

/* The path of a descriptor, for calls that take paths only. */
static const char *path_of(char room[PATH_ROOM], int fd)
{
    snprintf(room, PATH_ROOM, "/proc/self/fd/%d", fd);
    return room;
}

/* Opens a directory of the job's tree, given by its path there, in the mounts that the tree has at this moment. */
static int open_in(int root, const char *path)
{
    int at = openat(root, ".", OPEN_DIRECTORY);
    while (at >= 0 && *(path += strspn(path, "/")) != '\0') {
        char name[NAME_MAX + 1];
        size_t length = strcspn(path, "/");
        if (length > NAME_MAX || (length == 1 && *path == '.') || (length == 2 && strncmp(path, "..", 2) == 0))
            contain_fail(path, "is no plain path");
        memcpy(name, path, length);
        name[length] = '\0';
        int next = openat(at, name, OPEN_DIRECTORY);
        close(at);
        at = next;
        path += length;
    }
    check(at >= 0, path);
    return at;
}

static void bind_directory(int source, int target, const char *what)
{
    char from[PATH_ROOM], to[PATH_ROOM];
    check(mount(path_of(from, source), path_of(to, target), NULL, MS_BIND, NULL) == 0, what);
}

/*
 * Read-only, without programs that change who they run as, and with FLAGS. What else the mount is it stays: the kernel
 * keeps how times of access are written, and refuses to make a mount of the machine laxer.
 */
static void make_read_only(int mounted, unsigned long flags, const char *what)
{
    char path[PATH_ROOM];
    struct statvfs now;
    check(fstatvfs(mounted, &now) == 0, what);
    flags |= MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | ((now.f_flag & ST_NOEXEC) != 0 ? MS_NOEXEC : 0);
    check(mount(NULL, path_of(path, mounted), NULL, flags, NULL) == 0, what);
}

/* The tree itself, read-only; gives its directory in the new mount. */
static int mount_root(const char *path)
{
    int tree = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    check(tree >= 0, path);
    bind_directory(tree, tree, path);
    close(tree);
    int root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC); /* now the mount, no more what it hides */
    check(root >= 0, path);
    make_read_only(root, MS_NODEV, path);
    return root;
}

static void mount_proc(int root)
{
    char path[PATH_ROOM];
    int target = open_in(root, "/proc");
    check(mount("proc", path_of(path, target), "proc", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0,
          "cannot mount /proc");
    close(target);
}

/* The file of a device is the machine's. Its mount is read-only, so that nobody changes its mode or its times. */
static void add_device(int devices, const char *name)
{
    char path[PATH_ROOM], target[PATH_ROOM];
    snprintf(path, sizeof path, "/dev/%s", name);
    int file = openat(devices, name, O_RDONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
    check(file >= 0, path);
    check(mount(path, path_of(target, file), NULL, MS_BIND, NULL) == 0, path);
    close(file);
    file = openat(devices, name, O_PATH | O_NOFOLLOW | O_CLOEXEC); /* now the device */
    check(file >= 0, path);
    make_read_only(file, 0, path);
    close(file);
}

static void mount_terminals(int devices)
{
    char path[PATH_ROOM];
    check(mkdirat(devices, "pts", 0755) == 0, "/dev/pts");
    int target = openat(devices, "pts", OPEN_DIRECTORY);
    check(target >= 0 && mount("devpts", path_of(path, target), "devpts", MS_NOSUID | MS_NOEXEC,
                               "newinstance,ptmxmode=0666,mode=620,max=" MAX_TERMINALS) == 0,
          "/dev/pts");
    close(target);
}

/* Users build in shared memory: what the tree has there, read-only as the mount that it comes from. */
static void mount_shared_memory(int devices, int inputs)
{
    int target = openat(devices, "shm", OPEN_DIRECTORY);
    check(target >= 0, "/dev/shm");
    bind_directory(inputs, target, "/dev/shm");
    close(target);
}

/* Few devices, of which none is the machine's. */
static void mount_devices(int root)
{
    static const char *const names[] = {"null", "zero", "full", "random", "urandom", "tty"};
    static const char *const links[][2] = {{"stdin", "/proc/self/fd/0"},  {"stdout", "/proc/self/fd/1"},
                                           {"stderr", "/proc/self/fd/2"}, {"fd", "/proc/self/fd"},
                                           {"core", "/proc/kcore"},       {"ptmx", "pts/ptmx"}};
    char path[PATH_ROOM];
    int target = open_in(root, "/dev"), shared = openat(target, "shm", OPEN_DIRECTORY);
    check(shared >= 0 || errno == ENOENT, "/dev/shm");
    check(mount("tmpfs", path_of(path, target), "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=64k") == 0,
          "cannot mount /dev");
    close(target);
    int devices = open_in(root, "/dev");
    umask(0);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        add_device(devices, names[i]);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        check(symlinkat(links[i][1], devices, links[i][0]) == 0, links[i][0]);
    check(mkdirat(devices, "shm", 0755) == 0, "/dev/shm");
    mount_terminals(devices);
    if (shared >= 0) {
        mount_shared_memory(devices, shared);
        close(shared);
    }
    make_read_only(devices, MS_NODEV, "/dev");
    close(devices);
    umask(0077);
}

/* A directory of the scratch file system, whose mount has neither programs of others nor devices. */
static void mount_writable(int root, int scratch, const char *name, const char *path)
{
    int source = openat(scratch, name, OPEN_DIRECTORY), target = open_in(root, path);
    check(source >= 0, name);
    bind_directory(source, target, path);
    close(source);
    close(target);
}

static int *open_shields(int root, char **paths)
{
    size_t count = 0;
    while (paths[count] != NULL)
        count++;
    int *shields = resized(NULL, (count + 1) * sizeof *shields);
    for (size_t i = 0; i < count; i++)
        shields[i] = open_in(root, paths[i]);
    return shields;
}

/* Writable directories stand with parents first, and each has its shields upon it before the next comes. */
static void mount_writables(int root, int scratch, const struct isolation *wanted, const char *const *writable,
                            unsigned count)
{
    int *shields = open_shields(root, wanted->shields); /* before the writable ones hide them */
    for (unsigned i = 0; i < count; i++) {
        char name[16];
        size_t length = strlen(writable[i]);
        snprintf(name, sizeof name, SCRATCH_DIRECTORY, i);
        mount_writable(root, scratch, name, writable[i]);
        for (size_t s = 0; wanted->shields[s] != NULL; s++) {
            const char *rest = wanted->shields[s] + length;
            if (strncmp(wanted->shields[s], writable[i], length) != 0 || *rest != '/' || strchr(rest + 1, '/') != NULL)
                continue;
            int target = open_in(root, wanted->shields[s]);
            bind_directory(shields[s], target, wanted->shields[s]); /* read-only as the mount that it comes from */
            close(target);
            close(shields[s]);
        }
    }
    free(shields);
}

/* The filter forbids new user namespaces, in which a process has all capabilities. This holds without the filter. */
static void forbid_user_namespaces(void)
{
    int most = open("/proc/sys/user/max_user_namespaces", O_WRONLY | O_CLOEXEC);
    check(most >= 0 && write(most, "0", 1) == 1, "cannot forbid user namespaces to the job");
    close(most);
}

/* The device, not the machine's file of it. */
static void close_input(void)
{
    int nothing = open("/dev/null", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    check(nothing >= 0 && dup2(nothing, 0) == 0, "/dev/null");
    close(nothing);
}

/* Neither this process nor any that it starts has or gets a capability, also not as root. */
static void drop_capabilities(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
        check(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0, "cannot drop capabilities");
    check(prctl(PR_SET_SECUREBITS,
                SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED |
                    SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED,
                0, 0, 0) == 0,
          "cannot drop capabilities");
    check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 && syscall(SYS_capset, &head, none) == 0,
          "cannot drop capabilities");
    check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "cannot give up new privileges");
}

static void set_variables(const struct isolation *wanted)
{
    check(clearenv() == 0, "environment");
    for (char **variable = wanted->variables; *variable != NULL; variable++)
        check(putenv(*variable) == 0, "environment");
    check(setenv("PWD", wanted->directory, 1) == 0, "environment");
}

/* The parent of this process is in another namespace, so only the end of a pipe shows that it has ended. */
static void end_with(int parent)
{
    struct pollfd closed = {.fd = parent, .events = POLLIN};
    check(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0, "cannot be ended");
    if (poll(&closed, 1, 0) != 0)
        contain_fail("the sandbox", "has been ended");
    close(parent);
}

void isolate_enter(const struct isolation *wanted, const char *const *writable, unsigned count, const char *reports,
                   int parent)
{
    check(setsid() >= 0, "cannot make a session");
    int root = mount_root(wanted->root);
    mount_proc(root);
    forbid_user_namespaces();
    mount_devices(root);
    int scratch = open(wanted->scratch, O_PATH | O_DIRECTORY | O_CLOEXEC); /* as this mount namespace has it */
    check(scratch >= 0, wanted->scratch);
    mount_writable(root, scratch, SCRATCH_REPORT, reports);
    mount_writables(root, scratch, wanted, writable, count);
    close(scratch);
    check(fchdir(root) == 0 && syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", MNT_DETACH) == 0,
          "cannot enter the tree");
    close(root);
    close_input();
    check(chdir("/") == 0 && chdir(wanted->directory) == 0, wanted->directory);
    set_variables(wanted);
    drop_capabilities();
    end_with(parent);
}
