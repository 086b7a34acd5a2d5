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
#include <sys/syscall.h>
#include <unistd.h>

#include "contain_error.h"
#include "devices.h"
#include "mounts.h"
#include "scratch_files.h"

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

/* The tree itself, read-only; gives its directory in the new mount. */
static int mount_root(const char *path)
{
    int tree = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    mount_check(tree >= 0, path);
    mount_bind(tree, tree, path);
    close(tree);
    int root = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC); /* now the mount, no more what it hides */
    mount_check(root >= 0, path);
    mount_make_read_only(root, MS_NODEV, path);
    return root;
}

static void mount_proc(int root)
{
    char path[MOUNT_PATH_ROOM];
    int target = mount_open(root, "/proc");
    mount_check(mount("proc", mount_path(path, target), "proc", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) ==
                    0,
                "cannot mount /proc");
    close(target);
}

/* A directory of the scratch file system, whose mount has neither programs of others nor devices. */
static void mount_writable(int root, int scratch, const char *name, const char *path)
{
    int source = openat(scratch, name, MOUNT_OPEN_DIRECTORY), target = mount_open(root, path);
    mount_check(source >= 0, name);
    mount_bind(source, target, path);
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
        shields[i] = mount_open(root, paths[i]);
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
            int target = mount_open(root, wanted->shields[s]);
            mount_bind(shields[s], target, wanted->shields[s]); /* read-only as the mount that it comes from */
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
    mount_check(most >= 0 && write(most, "0", 1) == 1, "cannot forbid user namespaces to the job");
    close(most);
}

/* The device, not the machine's file of it. */
static void close_input(void)
{
    int nothing = open("/dev/null", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    mount_check(nothing >= 0 && dup2(nothing, 0) == 0, "/dev/null");
    close(nothing);
}

/* Neither this process nor any that it starts has or gets a capability, also not as root. */
static void drop_capabilities(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
        mount_check(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0, "cannot drop capabilities");
    mount_check(prctl(PR_SET_SECUREBITS,
                      SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED |
                          SECBIT_KEEP_CAPS_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED,
                      0, 0, 0) == 0,
                "cannot drop capabilities");
    mount_check(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 && syscall(SYS_capset, &head, none) == 0,
                "cannot drop capabilities");
    mount_check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "cannot give up new privileges");
}

static void set_variables(const struct isolation *wanted)
{
    mount_check(clearenv() == 0, "environment");
    for (char **variable = wanted->variables; *variable != NULL; variable++)
        mount_check(putenv(*variable) == 0, "environment");
    mount_check(setenv("PWD", wanted->directory, 1) == 0, "environment");
}

/* The parent of this process is in another namespace, so only the end of a pipe shows that it has ended. */
static void end_with(int parent)
{
    struct pollfd closed = {.fd = parent, .events = POLLIN};
    mount_check(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0, "cannot be ended");
    if (poll(&closed, 1, 0) != 0)
        contain_fail("the sandbox", "has been ended");
    close(parent);
}

void isolate_enter(const struct isolation *wanted, const char *const *writable, unsigned count, const char *reports,
                   int parent)
{
    mount_check(setsid() >= 0, "cannot make a session");
    int root = mount_root(wanted->root);
    mount_proc(root);
    forbid_user_namespaces();
    devices_mount(root);
    int scratch = open(wanted->scratch, O_PATH | O_DIRECTORY | O_CLOEXEC); /* as this mount namespace has it */
    mount_check(scratch >= 0, wanted->scratch);
    mount_writable(root, scratch, SCRATCH_REPORT, reports);
    mount_writables(root, scratch, wanted, writable, count);
    close(scratch);
    mount_check(fchdir(root) == 0 && syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", MNT_DETACH) == 0,
                "cannot enter the tree");
    close(root);
    close_input();
    mount_check(chdir("/") == 0 && chdir(wanted->directory) == 0, wanted->directory);
    set_variables(wanted);
    drop_capabilities();
    end_with(parent);
}
