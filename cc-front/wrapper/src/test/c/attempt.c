/* Tries one system call and prints 0 or the errno it gave: attempt NAME. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void *nothing(void *argument)
{
    return argument;
}

static long thread(void)
{
    pthread_t started;
    errno = pthread_create(&started, NULL, nothing, NULL);
    return errno != 0 ? -1 : pthread_join(started, NULL);
}

static long new_user_by_clone(void)
{
    long pid = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0)
        _exit(0);
    if (pid > 0)
        waitpid((pid_t)pid, NULL, 0);
    return pid;
}

static long forks(long wanted)
{
    for (long i = 0; i < wanted; i++) {
        pid_t pid = fork();
        if (pid < 0)
            return -1;
        if (pid == 0) {
            pause();
            _exit(0);
        }
    }
    return 0;
}

static long burn(void)
{
    volatile unsigned long turns = 0;
    while (turns != (unsigned long)-1)
        turns++;
    return 0;
}

static long fill(void)
{
    int fd = open("filled", O_WRONLY | O_CREAT | O_TRUNC, 0666);
    static char block[1 << 16];
    signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < 64; i++)
        if (write(fd, block, sizeof block) < 0)
            return -1;
    return 0;
}

static long attempt(const char *name)
{
    static char room[4096];
    if (strcmp(name, "mount") == 0)
        return mount("none", "/tmp", "tmpfs", 0, NULL);
    if (strcmp(name, "umount2") == 0)
        return umount2("/", MNT_DETACH);
    if (strcmp(name, "unshare") == 0)
        return unshare(CLONE_NEWUSER);
    if (strcmp(name, "clone") == 0)
        return new_user_by_clone();
    if (strcmp(name, "clone3") == 0)
        return syscall(SYS_clone3, NULL, 0);
    if (strcmp(name, "ptrace") == 0)
        return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    if (strcmp(name, "keyctl") == 0)
        return syscall(SYS_keyctl, 0, -3, 1);
    if (strcmp(name, "add_key") == 0)
        return syscall(SYS_add_key, NULL, NULL, NULL, 0, 0);
    if (strcmp(name, "bpf") == 0)
        return syscall(SYS_bpf, -1, NULL, 0);
    if (strcmp(name, "perf_event_open") == 0)
        return syscall(SYS_perf_event_open, NULL, 0, -1, -1, 0);
    if (strcmp(name, "userfaultfd") == 0)
        return syscall(SYS_userfaultfd, 0xffffffff);
    if (strcmp(name, "io_uring_setup") == 0)
        return syscall(SYS_io_uring_setup, 0, NULL);
    if (strcmp(name, "process_vm_readv") == 0)
        return syscall(SYS_process_vm_readv, getpid(), NULL, 0, NULL, 0, 0);
    if (strcmp(name, "setns") == 0)
        return syscall(SYS_setns, -1, 0);
    if (strcmp(name, "tiocsti") == 0)
        return ioctl(0, TIOCSTI, "x");
    if (strcmp(name, "isatty") == 0)
        return ioctl(0, TIOCGWINSZ, room);
    if (strcmp(name, "vsock") == 0)
        return socket(40, SOCK_STREAM, 0);
    if (strcmp(name, "packet") == 0)
        return socket(AF_PACKET, SOCK_DGRAM, 0);
    if (strcmp(name, "unix") == 0)
        return socket(AF_UNIX, SOCK_STREAM, 0);
#ifdef __x86_64__
    if (strcmp(name, "x32") == 0)
        return syscall(0x40000000 | SYS_getpid);
#endif
    if (strcmp(name, "thread") == 0)
        return thread();
    if (strcmp(name, "system") == 0)
        return system("exit 0");
    if (strcmp(name, "forks") == 0)
        return forks(40);
    if (strcmp(name, "memory") == 0)
        return mmap(NULL, (size_t)1 << 30, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
    if (strcmp(name, "descriptors") == 0)
        return fcntl(0, F_DUPFD, 100);
    if (strcmp(name, "fill") == 0)
        return fill();
    if (strcmp(name, "burn") == 0)
        return burn();
    if (strcmp(name, "abort") == 0)
        abort();
    fprintf(stderr, "attempt: %s is unknown\n", name);
    exit(99);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 98;
    errno = 0;
    long result = attempt(argv[1]);
    printf("%d\n", result < 0 ? errno : 0);
    return 0;
}
