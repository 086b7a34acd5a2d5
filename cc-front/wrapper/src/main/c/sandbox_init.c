/*
 * The runner stays outside of the limits that it sets, so that it can always report; the filter holds for both. The
 * report is written through a descriptor that is opened before the program starts and that the program does not
 * inherit.
 */
#include "sandbox_init.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contain.h"
#include "pty.h"
#include "seccomp.h"

enum { REPORT_BYTES = 256, RUN_FAILED = 125, NOT_EXECUTED = 126, NOT_THERE = 127, MAX_WAITING_SIGNALS = 1024 };
/* With 0 the kernel would still start the machine's program for core dumps, as root and outside of the sandbox. */
enum { NO_CORE_DUMP = 1 };
/* What a program needs of its address space for the observer and its record. */
enum { OBSERVER_BYTES = 17 << 20 };

static const struct limit {
    const char *key;
    __rlimit_resource_t resource;
} limits[] = {
    {"as_bytes", RLIMIT_AS}, {"cpu_seconds", RLIMIT_CPU}, {"fsize_bytes", RLIMIT_FSIZE},
    {"nproc", RLIMIT_NPROC}, {"nofile", RLIMIT_NOFILE},
};

enum { LIMITS = sizeof limits / sizeof *limits };

struct job {
    bool limited[LIMITS];
    rlim_t limit[LIMITS];
    bool has_umask;
    mode_t umask;
    const char *directory; /* NULL: where we are */
    const char *pwd;       /* what PWD says; NULL: as it is */
    struct screen screen;
    const char *observer; /* the library that the program loads; NULL: it is not observed */
    const char *reports;  /* directory of the report, in which the record is */
};

static _Noreturn void fail(const char *what, const char *why)
{
    fprintf(stderr, "floe-run: %s: %s\n", what, why);
    _exit(RUN_FAILED);
}

static unsigned long long number(const char *setting, const char *digits, int base)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(digits, &end, base);
    if (*digits < '0' || *digits > '9' || errno != 0 || *end != '\0')
        fail(setting, base == 8 ? "must be an octal number" : "must be a number");
    return value;
}

/* INPUT:COLUMNS:ROWS, the first 1 if the terminal is the program's input too. */
static void read_screen(struct screen *screen, const char *setting, const char *value)
{
    unsigned input;
    int end = 0;
    screen->wanted =
        sscanf(value, "%1u:%5hu:%5hu%n", &input, &screen->columns, &screen->rows, &end) == 3 && value[end] == '\0';
    if (!screen->wanted || input > 1)
        fail(setting, "must be INPUT:COLUMNS:ROWS");
    screen->for_input = input == 1;
}

static void read_setting(struct job *job, const char *setting)
{
    const char *equals = strchr(setting, '=');
    if (equals == NULL)
        fail(setting, "must be KEY=VALUE; the program comes after --");
    size_t length = (size_t)(equals - setting);
    const char *value = equals + 1;
    for (int i = 0; i < LIMITS; i++) {
        if (strlen(limits[i].key) == length && strncmp(setting, limits[i].key, length) == 0) {
            job->limited[i] = true;
            job->limit[i] = (rlim_t)number(setting, value, 10);
            return;
        }
    }
    if (length == 5 && strncmp(setting, "umask", length) == 0) {
        job->has_umask = true;
        job->umask = (mode_t)number(setting, value, 8) & 0777;
    } else if (length == 3 && strncmp(setting, "cwd", length) == 0) {
        job->directory = value;
    } else if (length == 3 && strncmp(setting, "pwd", length) == 0) {
        job->pwd = value;
    } else if (length == 8 && strncmp(setting, "observer", length) == 0) {
        job->observer = value;
    } else if (length == 8 && strncmp(setting, "terminal", length) == 0) {
        read_screen(&job->screen, setting, value);
    } else {
        fail(setting, "unknown; known are as_bytes, cpu_seconds, fsize_bytes, nproc, nofile, umask, cwd, pwd, observer "
                      "and terminal");
    }
}

/* Sets a limit, but never above the one that holds already, which the system may have made lower. */
static int limit_to(__rlimit_resource_t resource, rlim_t soft, rlim_t hard)
{
    struct rlimit now;
    if (getrlimit(resource, &now) != 0)
        return errno;
    const struct rlimit limit = {soft < now.rlim_max ? soft : now.rlim_max, hard < now.rlim_max ? hard : now.rlim_max};
    return setrlimit(resource, &limit) != 0 ? errno : 0;
}

/*
 * The library comes before those that the user preloads. It takes both variables out again before the program sees
 * them.
 */
static int set_observer(const struct job *job)
{
    const char *users = getenv("LD_PRELOAD");
    char *preload = NULL;
    int length =
        users == NULL ? asprintf(&preload, "%s", job->observer) : asprintf(&preload, "%s:%s", job->observer, users);
    return length < 0 || setenv("LD_PRELOAD", preload, 1) != 0 || setenv("FLOE_OBSERVE", job->reports, 1) != 0 ? ENOMEM
                                                                                                               : 0;
}

static rlim_t soft_limit(const struct job *job, int i)
{
    rlim_t soft = job->limit[i];
    bool grows = job->observer != NULL && limits[i].resource == RLIMIT_AS && soft < RLIM_INFINITY - OBSERVER_BYTES;
    return grows ? soft + OBSERVER_BYTES : soft;
}

/* Tells the parent which errno stopped it; a pipe that closes without a word means that exec went well. */
static _Noreturn void become_program(const struct job *job, char **arguments, int parent, int tell)
{
    int error = prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ? errno : limit_to(RLIMIT_CORE, NO_CORE_DUMP, NO_CORE_DUMP);
    /* The kernel counts waiting signals and queues of messages for the node's user, too. */
    if (error == 0)
        error = limit_to(RLIMIT_MSGQUEUE, 0, 0);
    if (error == 0)
        error = limit_to(RLIMIT_SIGPENDING, MAX_WAITING_SIGNALS, MAX_WAITING_SIGNALS);
    if (getppid() != parent)
        _exit(RUN_FAILED);
    if (job->has_umask)
        umask(job->umask);
    if (error == 0 && job->directory != NULL && chdir(job->directory) != 0)
        error = errno;
    if (error == 0 && job->screen.wanted)
        error = screen_take(&job->screen);
    if (error == 0 && job->pwd != NULL && setenv("PWD", job->pwd, 1) != 0)
        error = errno;
    if (error == 0 && job->observer != NULL)
        error = set_observer(job);
    for (int i = 0; i < LIMITS && error == 0; i++) {
        rlim_t soft = soft_limit(job, i);
        /* A program that outlives SIGXCPU is killed a second later. */
        rlim_t hard = limits[i].resource == RLIMIT_CPU && soft < RLIM_INFINITY - 1 ? soft + 1 : soft;
        if (job->limited[i])
            error = limit_to(limits[i].resource, soft, hard);
    }
    if (error == 0) {
        execv(arguments[0], arguments + 1);
        error = errno;
    }
    if (write(tell, &error, sizeof error) < 0)
        _exit(RUN_FAILED);
    _exit(error == ENOENT ? NOT_THERE : NOT_EXECUTED);
}

static void report(int file, int status, int error, const struct rusage *usage)
{
    char line[REPORT_BYTES];
    int signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    int n = snprintf(line, sizeof line, "exit=%d signal=%d user_us=%lld system_us=%lld maxrss_kb=%ld errno=%d\n",
                     signal_number != 0 ? 128 + signal_number : WEXITSTATUS(status), signal_number,
                     usage->ru_utime.tv_sec * 1000000LL + usage->ru_utime.tv_usec,
                     usage->ru_stime.tv_sec * 1000000LL + usage->ru_stime.tv_usec, usage->ru_maxrss, error);
    if (write(file, line, (size_t)n) != n)
        fail("status file", strerror(errno));
}

/* Runs a program where this process is. */
static int run_here(char **arguments)
{
    const char *status_path = *arguments;
    if (status_path == NULL)
        fail("usage", "floe-run STATUSFILE KEY=VALUE... -- PROGRAM ARGV0 ARGUMENT...");
    struct job job = {0};
    for (arguments++; *arguments != NULL && strcmp(*arguments, "--") != 0; arguments++)
        read_setting(&job, *arguments);
    if (arguments[0] == NULL || arguments[1] == NULL || arguments[2] == NULL)
        fail("usage", "after -- come the program and its argv, from its own name on");
    arguments++;

    int file = open(status_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0600);
    int ends[2];
    if (file < 0)
        fail(status_path, strerror(errno));
    /* Room for the report, also when the program has filled the file system. Not every file system can do that. */
    fallocate(file, FALLOC_FL_KEEP_SIZE, 0, REPORT_BYTES);
    char reports[PATH_MAX];
    snprintf(reports, sizeof reports, "%s", status_path);
    job.reports = dirname(reports);
    if (pipe2(ends, O_CLOEXEC) != 0)
        fail("pipe", strerror(errno));
    int error = filter_install();
    if (error != 0)
        fail("seccomp", strerror(error));
    prctl(PR_SET_DUMPABLE, 0); /* the program may not look into the runner */

    if (job.screen.wanted && (error = screen_open(&job.screen)) != 0)
        fail("terminal", strerror(error));
    int parent = getpid();
    pid_t pid = fork();
    if (pid < 0)
        fail("fork", strerror(errno));
    if (pid == 0)
        become_program(&job, arguments, parent, ends[1]);
    close(ends[1]);
    int status = 0;
    struct rusage usage = {0};
    if (read(ends[0], &error, sizeof error) != sizeof error)
        error = 0;
    if (job.screen.wanted)
        screen_pass_on(&job.screen);
    /* As process 1 of its namespace the runner also reaps what the program leaves behind. */
    for (pid_t ended; (ended = wait4(-1, &status, 0, &usage)) != pid;)
        if (ended < 0 && errno != EINTR)
            fail("wait", strerror(errno));
    if (error != 0)
        fprintf(stderr, "floe-run: %s: %s\n", arguments[0], strerror(error));
    report(file, status, error, &usage);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int run(char **arguments)
{
    if (*arguments != NULL && strcmp(*arguments, "--contain") == 0)
        return contain(arguments + 1, run_here);
    return run_here(arguments);
}
