/* Process 1 of the sandbox, which reports how the command has ended, and what other processes a job can reach. */
#include "attack.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static void process_one(void)
{
    static const char *const closed[] = {"environ",
                                         "mem",
                                         "maps",
                                         "smaps",
                                         "auxv",
                                         "syscall",
                                         "stack",
                                         "pagemap",
                                         "fd/0",
                                         "fdinfo/0",
                                         "root/proc/version",
                                         "cwd/proc/version",
                                         "io"};
    char name[80], path[40];
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        snprintf(name, sizeof name, "read %s of process 1", closed[i]);
        snprintf(path, sizeof path, "/proc/1/%s", closed[i]);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        char byte;
        denied(name, fd < 0 ? -1 : read(fd, &byte, 1), EACCES, EPERM);
    }
    char target[256];
    denied("see the program of process 1", readlink("/proc/1/exe", target, sizeof target), EACCES, EACCES);
    denied("see the root of process 1", readlink("/proc/1/root", target, sizeof target), EACCES, EACCES);
    denied("see the directory of process 1", readlink("/proc/1/cwd", target, sizeof target), EACCES, EACCES);
    denied("open the directory of process 1", open("/proc/1/task/1/cwd", O_PATH | O_DIRECTORY | O_CLOEXEC), EACCES,
           EACCES);
    denied("trace process 1", ptrace(PTRACE_SEIZE, 1, 0, 0), EPERM, EPERM);
    denied("be traced", ptrace(PTRACE_TRACEME, 0, 0, 0), EPERM, EPERM);
    char byte;
    struct iovec own = {&byte, 1}, other = {(void *)0x400000, 1};
    denied("read the memory of process 1", process_vm_readv(1, &own, 1, &other, 1, 0), EPERM, EPERM);
    denied("write the memory of process 1", process_vm_writev(1, &own, 1, &other, 1, 0), EPERM, EPERM);
    int one = (int)syscall(SYS_pidfd_open, 1, 0);
    harmless("hold process 1", one, "its own runner");
    denied("take a descriptor of process 1", syscall(SYS_pidfd_getfd, one, 0, 0), EPERM, EPERM);
    denied("compare with process 1", syscall(SYS_kcmp, getpid(), 1, 0, 0, 0), EPERM, EPERM);
    denied("advise process 1", syscall(SYS_process_madvise, one, &own, 1, MADV_COLD, 0), EPERM, EPERM);
    denied("release the memory of process 1", syscall(448, one, 0), EINVAL, EPERM);
    denied("write to the score of process 1", open_to_write("/proc/1/oom_score_adj"), EROFS, EACCES);
}

static void signals(void)
{
    const int sent[] = {SIGKILL, SIGSTOP, SIGTERM, SIGHUP, SIGINT, SIGCHLD, SIGXCPU, SIGXFSZ, SIGSYS, SIGRTMAX};
    for (size_t i = 0; i < sizeof sent / sizeof *sent; i++) {
        char name[60];
        snprintf(name, sizeof name, "send process 1 signal %d", sent[i]);
        kill(1, sent[i]);
        char state = '?';
        FILE *stat = fopen("/proc/1/stat", "re");
        if (stat == NULL || fscanf(stat, "1 (%*[^)]) %c", &state) != 1)
            state = '?';
        if (stat != NULL)
            fclose(stat);
        check(name, state == 'S' || state == 'R', "it lives on");
    }
    denied("signal a process of the host", kill((pid_t)atoi(setting("node")), 0), ESRCH, ESRCH);
    int seen = 0;
    DIR *processes = opendir("/proc");
    for (struct dirent *each; processes != NULL && (each = readdir(processes)) != NULL;)
        seen += *each->d_name >= '1' && *each->d_name <= '9';
    check("see processes that are not the job's", seen == 2, "itself and process 1");
}

/* A job may harm itself: it loses its report, and so its result. Only lowers limits of process 1 that it does not need.
 */
static void limits(void)
{
    const struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY}, less = {1000000, 1000000};
    struct rlimit now;
    denied("raise its limit on memory", setrlimit(RLIMIT_AS, &unlimited), EPERM, EPERM);
    denied("raise its limit on processes", setrlimit(RLIMIT_NPROC, &unlimited), EPERM, EPERM);
    denied("raise its limit on file sizes", setrlimit(RLIMIT_FSIZE, &unlimited), EPERM, EPERM);
    denied("raise its limit on processor time", setrlimit(RLIMIT_CPU, &unlimited), EPERM, EPERM);
    denied("raise its limit on descriptors", setrlimit(RLIMIT_NOFILE, &unlimited), EPERM, EPERM);
    denied("raise its limit on waiting signals", setrlimit(RLIMIT_SIGPENDING, &unlimited), EPERM, EPERM);
    denied("allow itself core dumps", setrlimit(RLIMIT_CORE, &unlimited), EPERM, EPERM);
    harmless("change a limit of process 1", prlimit(1, RLIMIT_STACK, &less, &now),
             "it can only lower them, and lose its own report");
    denied("change a limit of a process of the host", prlimit(atoi(setting("node")), RLIMIT_CPU, &less, &now), ESRCH,
           ESRCH);
    /* The kernel gives the core of a program with any other limit to the machine's program for core dumps. */
    check("have its core dumped", getrlimit(RLIMIT_CORE, &now) == 0 && now.rlim_cur == 1 && now.rlim_max == 1, "never");
    denied("be nicer to itself", setpriority(PRIO_PROCESS, 0, -20), EACCES, EPERM);
    denied("run before all others", sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){1}), EPERM, EPERM);
    denied("write a score that spares it", open_to_write("/proc/self/oom_score_adj"), EROFS, EROFS);
    denied("lock all its memory", mlock((void *)0x1000, 1UL << 40), ENOMEM, EPERM);
    int queued = 0;
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGRTMIN + 1);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    while (queued < 100000 && sigqueue(getpid(), SIGRTMIN + 1, (union sigval){0}) == 0)
        queued++;
    check("fill the queue of signals of the node's user", queued <= 1024, "1024 at most");
}

static void own_rights(void)
{
    char line[256], seen[256] = "";
    bool none = true;
    FILE *status = fopen("/proc/self/status", "re");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, "CapEff:\t", 8) == 0 || strncmp(line, "CapPrm:\t", 8) == 0 ||
            strncmp(line, "CapBnd:\t", 8) == 0 || strncmp(line, "CapInh:\t", 8) == 0 ||
            strncmp(line, "CapAmb:\t", 8) == 0)
            none &= strtoull(line + 8, NULL, 16) == 0;
        if (strncmp(line, "NoNewPrivs:\t1", 13) == 0 || strncmp(line, "Seccomp:\t2", 10) == 0)
            strncat(seen, "+", sizeof seen - strlen(seen) - 1);
    }
    check("have capabilities", none, "none of any set");
    check("be without the filter", strcmp(seen, "++") == 0, "filtered, and no new privileges");
    denied("become another user", setuid(getuid() + 1), EPERM, EINVAL);
    denied("become another group", setgid(getgid() + 1), EPERM, EINVAL);
    denied("drop or take groups", syscall(SYS_setgroups, 0, 0), EPERM, EPERM);
    int open_ones = 0;
    for (int fd = 3; fd < 1024; fd++)
        open_ones += fcntl(fd, F_GETFD) >= 0 && (fcntl(fd, F_GETFD) & FD_CLOEXEC) == 0;
    check("inherit descriptors beyond the standard ones", open_ones == 0, "none");
    struct stat input, null;
    check("read what the node sends to its sandbox",
          fstat(0, &input) == 0 && stat("/dev/null", &null) == 0 && input.st_rdev == null.st_rdev,
          "standard input is /dev/null");
}

void probe_processes(void)
{
    group("process 1 and others");
    own_rights();
    process_one();
    signals();
    limits();
}
