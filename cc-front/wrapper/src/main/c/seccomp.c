/*
 * A deny list rather than an allow list: compilers and their libraries change, and namespaces, limits and a read-only
 * tree are the walls. What is denied is what opens new namespaces, touches mounts, keys, other processes or the
 * kernel, and the parts of the kernel from which sandboxes have been broken most often. clone3 takes its flags by
 * pointer, which a filter cannot see; it is said to be missing, and libraries fall back to clone.
 */
#include "seccomp.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#if defined __x86_64__
#define THIS_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define THIS_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "floe-run knows x86_64 and aarch64"
#endif

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the filter reads the low half of an argument first");

/* Newer than some kernel headers; the same number everywhere. */
enum {
    CALL_QUOTACTL_FD = 443,
    CALL_MEMFD_SECRET = 447,
    CALL_SETXATTRAT = 463,
    CALL_OPEN_TREE_ATTR = 467,
    COMMAND_SETDELEG = 1040, /* of fcntl */
    X32_BIT = 0x40000000,
    TIOCLINUX_REQUEST = 0x541C
};

#define NEW_NAMESPACES                                                                                                 \
    (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET)

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define LOAD_ARGUMENT(n) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[n])) /* its low half */
#define GIVE(what) BPF_STMT(BPF_RET | BPF_K, what)
#define FAIL(error) GIVE(SECCOMP_RET_ERRNO | (error))
#define UNLESS(number, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, skip)
#define IF(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, skip, 0)
#define DENY(number) UNLESS(number, 1), FAIL(EPERM)

/* clang-format off */
static struct sock_filter program[] = {
    LOAD(arch),
    IF(THIS_ARCHITECTURE, 1),
    GIVE(SECCOMP_RET_KILL_PROCESS),
    LOAD(nr),
#if defined __x86_64__
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1),
    GIVE(SECCOMP_RET_KILL_PROCESS),
#endif
    /* mounts and roots */
    DENY(__NR_mount), DENY(__NR_umount2), DENY(__NR_pivot_root), DENY(__NR_chroot), DENY(__NR_move_mount), DENY(__NR_open_tree),
    DENY(CALL_OPEN_TREE_ATTR), DENY(__NR_fsopen), DENY(__NR_fsconfig), DENY(__NR_fsmount), DENY(__NR_fspick),
    DENY(__NR_mount_setattr), DENY(__NR_swapon), DENY(__NR_swapoff), DENY(__NR_quotactl), DENY(CALL_QUOTACTL_FD),
    DENY(__NR_open_by_handle_at),
    /* what other jobs and the node do with files that they share: watches here, leases and notices below */
    DENY(__NR_fanotify_init), DENY(__NR_inotify_init1), DENY(__NR_inotify_add_watch),
#if defined __x86_64__
    DENY(__NR_inotify_init),
#endif
    UNLESS(__NR_fcntl, 6), LOAD_ARGUMENT(1), IF(F_SETLEASE, 2), IF(F_NOTIFY, 1), UNLESS(COMMAND_SETDELEG, 1),
    FAIL(EPERM), GIVE(SECCOMP_RET_ALLOW),
    /* attributes and access lists: kernel memory that no bound of a tmpfs counts */
    IF(__NR_setxattr, 3), IF(__NR_lsetxattr, 2), IF(__NR_fsetxattr, 1), UNLESS(CALL_SETXATTRAT, 1), FAIL(EOPNOTSUPP),
    /* namespaces */
    DENY(__NR_setns), DENY(__NR_unshare),
    /* keys */
    DENY(__NR_keyctl), DENY(__NR_add_key), DENY(__NR_request_key),
    /* other processes */
    DENY(__NR_ptrace), DENY(__NR_process_vm_readv), DENY(__NR_process_vm_writev), DENY(__NR_process_madvise), DENY(__NR_pidfd_getfd),
    DENY(__NR_kcmp),
    /* the kernel */
    DENY(__NR_bpf), DENY(__NR_perf_event_open), DENY(__NR_userfaultfd), DENY(__NR_io_uring_setup), DENY(__NR_io_uring_enter),
    DENY(__NR_io_uring_register), DENY(__NR_kexec_load), DENY(__NR_kexec_file_load), DENY(__NR_init_module), DENY(__NR_finit_module),
    DENY(__NR_delete_module), DENY(__NR_reboot), DENY(__NR_syslog), DENY(__NR_acct), DENY(__NR_settimeofday), DENY(__NR_clock_settime),
    DENY(__NR_adjtimex), DENY(__NR_clock_adjtime), DENY(__NR_vhangup), DENY(CALL_MEMFD_SECRET),
    /* whose contexts are counted for the whole machine */
    DENY(__NR_io_setup),
#if defined __x86_64__
    DENY(__NR_iopl), DENY(__NR_ioperm), DENY(__NR_modify_ldt),
#endif
    UNLESS(__NR_clone3, 1), FAIL(ENOSYS),
    UNLESS(__NR_clone, 4), LOAD_ARGUMENT(0), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACES, 0, 1), FAIL(EPERM),
    GIVE(SECCOMP_RET_ALLOW),
    /* input typed into a terminal */
    UNLESS(__NR_ioctl, 5), LOAD_ARGUMENT(1), IF(TIOCSTI, 1), UNLESS(TIOCLINUX_REQUEST, 1), FAIL(EPERM), GIVE(SECCOMP_RET_ALLOW),
    /* sockets that a network namespace does not shut in, such as those to the hypervisor */
    IF(__NR_socket, 1), UNLESS(__NR_socketpair, 7), LOAD_ARGUMENT(0), IF(AF_UNIX, 4), IF(AF_INET, 3), IF(AF_INET6, 2),
    IF(AF_NETLINK, 1), FAIL(EAFNOSUPPORT), GIVE(SECCOMP_RET_ALLOW),
    GIVE(SECCOMP_RET_ALLOW),
};
/* clang-format on */

int filter_install(void)
{
    struct sock_fprog filter = {.len = sizeof program / sizeof *program, .filter = program};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
        return errno;
    return 0;
}
