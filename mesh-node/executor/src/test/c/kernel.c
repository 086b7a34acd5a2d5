/* Parts of the kernel from which sandboxes have been broken, or that act on the whole machine. */
#include "attack.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static void calls(void)
{
    static const struct {
        const char *name;
        long number;
    } refused[] = {
        {"bpf", SYS_bpf},
        {"perf_event_open", SYS_perf_event_open},
        {"userfaultfd", SYS_userfaultfd},
        {"io_uring_setup", SYS_io_uring_setup},
        {"io_uring_enter", SYS_io_uring_enter},
        {"io_uring_register", SYS_io_uring_register},
        {"keyctl", SYS_keyctl},
        {"add_key", SYS_add_key},
        {"request_key", SYS_request_key},
        {"kexec_load", SYS_kexec_load},
        {"kexec_file_load", SYS_kexec_file_load},
        {"init_module", SYS_init_module},
        {"finit_module", SYS_finit_module},
        {"delete_module", SYS_delete_module},
        {"reboot", SYS_reboot},
        {"settimeofday", SYS_settimeofday},
        {"clock_settime", SYS_clock_settime},
        {"adjtimex", SYS_adjtimex},
        {"clock_adjtime", SYS_clock_adjtime},
        {"syslog", SYS_syslog},
        {"acct", SYS_acct},
        {"vhangup", SYS_vhangup},
        {"memfd_secret", 447},
        {"swapoff", SYS_swapoff},
        {"io_setup", SYS_io_setup},
        {"inotify_add_watch", SYS_inotify_add_watch},
#ifdef __x86_64__
        {"iopl", SYS_iopl},
        {"ioperm", SYS_ioperm},
        {"modify_ldt", SYS_modify_ldt},
        {"inotify_init", SYS_inotify_init},
#endif
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        denied(refused[i].name, syscall(refused[i].number, 0, 0, 0, 0, 0, 0), EPERM, EPERM);
    denied("set the host's name", sethostname("x", 1), EPERM, EPERM);
    denied("set the domain's name", setdomainname("x", 1), EPERM, EPERM);
    denied("move memory of process 1", syscall(SYS_move_pages, 1, 0, 0, 0, 0, 0), EPERM, EACCES);
    harmless("landlock", syscall(444, 0, 0, 1) < 0 && errno != EOPNOTSUPP && errno != ENOSYS ? -1 : 0,
             "it can only take rights away");
    harmless("change its personality", syscall(SYS_personality, 0xffffffff), "its own alone");
    /* A filter sees numbers: those of another architecture mean something else, and end the process. */
    pid_t child = fork();
    if (child == 0) {
        syscall(0x40000000 + SYS_getpid);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    check("call by the numbers of x32", WIFSIGNALED(status) || sizeof(long) == 4, "ends the process");
}

#ifdef __x86_64__
static void other_architecture(void)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        long result;
        __asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
        _exit(0);
    }
    waitpid(child, &status, 0);
    check("call by the numbers of i386", WIFSIGNALED(status), "ends the process");
}
#endif

static void memory_as_program(void)
{
    int fd = (int)syscall(SYS_memfd_create, "x", 0);
    check("run a program from memory",
          fd >= 0 && ftruncate(fd, 1 << 20) == 0 &&
              syscall(SYS_execveat, fd, "", (char *[]){"x", NULL}, NULL, AT_EMPTY_PATH) < 0 && errno == ENOEXEC,
          "it runs what it likes anyway; without new rights");
}

/* Opens each file of /proc that belongs to no process: none may be writable, and few say anything of the machine. */
static int writable_below(const char *directory, int depth, char *found, size_t room)
{
    int count = 0;
    DIR *entries = opendir(directory);
    for (struct dirent *each; entries != NULL && (each = readdir(entries)) != NULL;) {
        char path[512];
        if (*each->d_name == '.' ||
            (depth == 0 && ((*each->d_name >= '0' && *each->d_name <= '9') || strcmp(each->d_name, "self") == 0 ||
                            strcmp(each->d_name, "thread-self") == 0)))
            continue;
        snprintf(path, sizeof path, "%s/%.200s", directory, each->d_name);
        struct stat st;
        if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && depth < 6)
            count += writable_below(path, depth + 1, found, room);
        int fd = S_ISREG(st.st_mode) ? open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC) : -1;
        if (fd >= 0) {
            count++;
            snprintf(found, room, "%.200s", path);
            close(fd);
        }
    }
    if (entries != NULL)
        closedir(entries);
    return count;
}

static void pseudo_files(void)
{
    char found[256] = "none";
    check("write to any file of /proc that is not a process's", writable_below("/proc", 0, found, sizeof found) == 0,
          found);
    strcpy(found, "none");
    check("write to any file of its own process", writable_below("/proc/self", 1, found, sizeof found) == 0, found);
    denied("say where core dumps go", open_to_write("/proc/sys/kernel/core_pattern"), EROFS, EACCES);
    char most[8] = "";
    int limit = open("/proc/sys/user/max_user_namespaces", O_RDONLY | O_CLOEXEC);
    check("have room for user namespaces", read(limit, most, sizeof most - 1) > 0 && atoi(most) == 0 && *most == '0',
          "none, also without the filter");
    close(limit);
    denied("press a magic key", open_to_write("/proc/sysrq-trigger"), EROFS, ENOENT);
    denied("drop the caches", open_to_write("/proc/sys/vm/drop_caches"), EROFS, EACCES);
    if (access("/proc/kcore", F_OK) == 0)
        denied("read the kernel's memory", read_byte("/proc/kcore"), EPERM, EACCES);
    else
        denied("read the kernel's memory", read_byte("/proc/kcore"), ENOENT, ENOENT);
    denied("read the kernel's log", read_byte("/proc/kmsg"), EPERM, EACCES);
    denied("read the log device", read_byte("/dev/kmsg"), ENOENT, ENOENT);
    denied("read the machine's memory", read_byte("/dev/mem"), ENOENT, ENOENT);
    denied("read a disk", read_byte("/dev/vda"), ENOENT, ENOENT);
    denied("read the notes of the kernel", read_byte("/sys/kernel/notes"), ENOENT, ENOENT);
    denied("reach the cgroups", read_byte("/sys/fs/cgroup/cgroup.procs"), ENOENT, ENOENT);
    denied("open fuse", open("/dev/fuse", O_RDWR | O_CLOEXEC), ENOENT, ENOENT);
    denied("open the hypervisor", open("/dev/kvm", O_RDWR | O_CLOEXEC), ENOENT, ENOENT);
    denied("make a tunnel", open("/dev/net/tun", O_RDWR | O_CLOEXEC), ENOENT, ENOENT);
    harmless("see the names of keys of its user",
             open("/proc/keys", O_RDONLY | O_CLOEXEC) < 0 && errno != ENOENT ? -1 : 0,
             "keyctl, which reads them, is denied");
    char addresses[64] = "";
    FILE *symbols = fopen("/proc/kallsyms", "re");
    if (symbols != NULL && fgets(addresses, sizeof addresses, symbols) != NULL)
        fclose(symbols);
    check("see addresses of the kernel", symbols == NULL || strtoull(addresses, NULL, 16) == 0, "all zero");
}

static void terminals(void)
{
    denied("have a terminal", open("/dev/tty", O_RDWR | O_CLOEXEC), ENXIO, ENOENT);
    denied("type into a terminal", ioctl(0, TIOCSTI, "x"), EPERM, EPERM);
    denied("select text of a console", ioctl(0, TIOCLINUX, "\2"), EPERM, EPERM);
    int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    harmless("make a terminal of its own", master, "in a file system of the sandbox");
    denied("type into its own terminal", ioctl(master, TIOCSTI, "x"), EPERM, EPERM);
    int others = 0;
    while (others < 64 && open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC) >= 0)
        others++;
    check("take all terminals of the machine", others < 8, "8 at most");
    denied("type by a number whose high half is set", syscall(SYS_ioctl, master, 0x100000000UL | TIOCSTI, "x"), EPERM,
           EPERM);
}

void probe_kernel(void)
{
    group("the kernel");
    calls();
#ifdef __x86_64__
    other_architecture();
#endif
    memory_as_program();
    pseudo_files();
    terminals();
}
