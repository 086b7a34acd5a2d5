/*
 * Three facts make the result of a job safe to read. The job writes only to a tmpfs in a mount namespace of this
 * process, so its size is bounded by the kernel and the node never walks a directory that a job can change. This
 * process is the subreaper of the job, so "no child left" means that no process of the job is left: its child is
 * process 1 of its pid namespace, and the kernel reports the end of a process 1 only after the end of all others. And
 * results are copied out after that, by this process.
 */
#include "contain.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "contain_error.h"
#include "contain_settings.h"
#include "isolate.h"
#include "job_end.h"
#include "scratch_files.h"
#include "scratch_plan.h"
#include "scratch_results.h"

/*
 * The observer's record: its size, its head, and where in that stands how many bytes of records follow
 * (observer/record.h).
 */
enum { RECORD_BYTES = 16 << 20, RECORD_HEAD = 64, RECORD_USED = 12 };

/* Descriptors that whoever started the node has forgotten. Kernels before 5.9 cannot close them in one call. */
static void close_inherited(void)
{
    enum { FIRST = 3 };
    if (syscall(SYS_close_range, FIRST, ~0U, 0) == 0)
        return;
    DIR *descriptors = opendir("/proc/self/fd");
    if (descriptors == NULL)
        contain_fail("/proc/self/fd", strerror(errno));
    for (struct dirent *entry; (entry = readdir(descriptors)) != NULL;) {
        int fd = atoi(entry->d_name);
        if (fd >= FIRST && fd != dirfd(descriptors))
            close(fd);
    }
    closedir(descriptors);
}

static void write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
        contain_fail(path, strerror(errno));
    close(fd);
}

/* A user namespace in which this user is who it was, and a mount namespace that passes nothing on. */
static void enter_namespaces(void)
{
    char map[64];
    unsigned user = getuid(), group = getgid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
        contain_fail("cannot make a user namespace",
                     errno == EINVAL ? "neither an emulator of another architecture nor a kernel without them can"
                                     : strerror(errno));
    write_text("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1", user, user);
    write_text("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "%u %u 1", group, group);
    write_text("/proc/self/gid_map", map);
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        contain_fail("cannot make mounts private", strerror(errno));
}

static void mount_scratch(const char *path, const char *bytes, const char *files)
{
    char options[128];
    snprintf(options, sizeof options, "mode=0700,size=%s,nr_inodes=%s", bytes, files);
    if (mount("floe", path, "tmpfs", MS_NOSUID | MS_NODEV, options) != 0)
        contain_fail("cannot mount the scratch file system", strerror(errno));
}

/*
 * A program that fills its file system gets an error for it. It must not die because a page of the observer's record
 * finds no room. The record is made here, and read through this descriptor, so a job that puts another file in its
 * place does not hide what it did before. Gives -1 if the job is not observed.
 */
static int make_record(const struct contain_settings *settings, int scratch)
{
    char path[PATH_MAX];
    if (settings->report_bytes == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/" SCRATCH_REPORT, settings->isolation.scratch);
    mount_scratch(path, settings->report_bytes, "16");
    int record = openat(scratch, SCRATCH_REPORT "/record", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (record < 0 || ftruncate(record, RECORD_BYTES) != 0)
        contain_fail("cannot make the observer's record", strerror(errno));
    return record;
}

/* The part of the observer's record that is used. The job may have written anything to it. */
static void collect_record(int record, int results)
{
    struct stat st;
    uint32_t used;
    if (fstat(record, &st) != 0 || pread(record, &used, sizeof used, RECORD_USED) != sizeof used)
        return;
    off_t at = 0, most = st.st_size < RECORD_BYTES ? st.st_size : RECORD_BYTES;
    off_t size = (off_t)used < most - RECORD_HEAD ? RECORD_HEAD + (off_t)used : most;
    int out = openat(results, "record", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (out < 0)
        contain_fail("cannot write a result", strerror(errno));
    for (ssize_t n = 1; at < size && n > 0;)
        if ((n = sendfile(out, record, &at, (size_t)(size - at))) < 0)
            contain_fail("cannot write a result", strerror(errno));
    if (close(out) != 0)
        contain_fail("cannot write a result", strerror(errno));
}

static void direct(int scratch, const char *name, int standard)
{
    int fd = openat(scratch, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 || dup2(fd, standard) < 0)
        _exit(CONTAIN_FAILED);
    close(fd);
}

/* What this process has opened; process 1 of the job keeps nothing of it. */
struct opened {
    int scratch;
    int results;
    int record; /* -1 if the job is not observed */
    int ended;
};

static _Noreturn void become_first(const struct contain_settings *settings, const struct opened *opened,
                                   const struct writables *writables, char **arguments, const sigset_t *signals,
                                   int (*run_inside)(char **arguments), int parent)
{
    const char *paths[writables->count + 1];
    for (unsigned i = 0; i < writables->count; i++)
        paths[i] = writables->all[i].path;
    close(opened->ended);
    if (opened->record >= 0)
        close(opened->record);
    direct(opened->scratch, SCRATCH_OUTPUT, 1);
    direct(opened->scratch, SCRATCH_ERROR, 2);
    close(opened->scratch);
    close(opened->results);
    char reports[PATH_MAX];
    snprintf(reports, sizeof reports, "%s", *arguments);
    isolate_enter(&settings->isolation, paths, writables->count, dirname(reports), parent);
    const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_DFL);
    sigprocmask(SIG_UNBLOCK, signals, NULL);
    _exit(run_inside(arguments));
}

int contain(char **arguments, int (*run_inside)(char **arguments))
{
    struct contain_settings settings = {0};
    close_inherited();
    char **inside = contain_settings_read(&settings, arguments);
    const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    signal(SIGCHLD, SIG_DFL); /* the kernel tells nobody of children whose end is ignored */
    char *end;
    unsigned long long bytes = strtoull(settings.bytes, &end, 10);
    if (*end != '\0')
        contain_fail("bytes=", "must be a number");
    setsid();
    enter_namespaces();
    /* Before the scratch file system is mounted, perhaps over the same directory. */
    struct opened opened = {.results = open(settings.results, O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    mount_scratch(settings.isolation.scratch, settings.bytes, settings.files);
    opened.scratch = open(settings.isolation.scratch, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (opened.scratch < 0 || opened.results < 0)
        contain_fail(opened.scratch < 0 ? settings.isolation.scratch : settings.results, strerror(errno));
    struct writables writables = {0};
    if (!scratch_fill(opened.scratch, 0, &writables))
        return CONTAIN_ABORTED;
    opened.record = make_record(&settings, opened.scratch);

    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    opened.ended = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    int alive[2];
    if (opened.ended < 0 || prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 || pipe2(alive, O_CLOEXEC) != 0)
        contain_fail("cannot watch the job's processes", strerror(errno));
    pid_t pid = isolate_fork();
    if (pid < 0)
        contain_fail("cannot make namespaces", strerror(errno));
    if (pid == 0) {
        close(alive[1]);
        become_first(&settings, &opened, &writables, inside, &signals, run_inside, alive[0]);
    }
    close(alive[0]);
    if (!job_end_await(pid, opened.ended))
        return CONTAIN_ABORTED;
    scratch_collect(opened.scratch, &writables, opened.results, bytes);
    if (opened.record >= 0)
        collect_record(opened.record, opened.results);
    return 0;
}
