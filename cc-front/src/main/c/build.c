/*
 * The command gets a jobserver whose tokens follow what the node says of the mesh. This process is its parent, in the same process group:
 * the terminal belongs to the command, and what the terminal sends comes to both. Signals from elsewhere are passed on.
 */
#include "build.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "capacity.h"
#include "compiler_lookup.h"
#include "descendants.h"
#include "makeflags.h"
#include "pool.h"

enum { MAX_WIDTH = 1000, USAGE_ERROR = 2, FAILED = 125, NOT_EXECUTED = 126, NOT_THERE = 127 };
enum { FIRST_WORD_MS = 1000, LOOK_MS = 250, AGAIN_MS = 1000, LONGEST_ID = 64, VERSION_MS = 2000 };

static struct {
    int most, least;
    const char *id;
    enum pool_style style;
    bool style_given, quiet;
    char **command;
} wish = {.most = MAX_WIDTH, .least = 1};

static const int passed_on[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM};
enum { PASSED_ON = sizeof passed_on / sizeof *passed_on };
static struct sigaction found[PASSED_ON], found_child;
static sigset_t found_mask;
static volatile pid_t command_id;

static void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void tell(const char *format, ...)
{
    char line[4608];
    int n = snprintf(line, sizeof line, "floe: ");
    va_list arguments;
    va_start(arguments, format);
    n += vsnprintf(line + n, sizeof line - (size_t)n, format, arguments);
    va_end(arguments);
    if (n > (int)sizeof line - 1)
        n = sizeof line - 1;
    for (int i = 0; i < n; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = '?';
    line[n++] = '\n';
    if (write(2, line, (size_t)n) < 0)
        return; /* there is nobody to tell */
}

static _Noreturn void wrong_usage(const char *what, const char *why)
{
    tell("%s: %s (see floe run --help)", what, why);
    exit(USAGE_ERROR);
}

/* The value of an option, in the same word or the next. NULL if the word is another option. */
static const char *value_of(const char *option, char ***at)
{
    size_t length = strlen(option);
    if (strncmp(**at, option, length) != 0)
        return NULL;
    if ((**at)[length] == '=')
        return **at + length + 1;
    if ((**at)[length] != '\0')
        return NULL;
    if ((*at)[1] == NULL)
        wrong_usage(option, "wants a value");
    return *++*at;
}

static int number(const char *option, const char *digits)
{
    char *end;
    errno = 0;
    long value = strtol(digits, &end, 10);
    if (errno != 0 || *digits == '\0' || *end != '\0' || value < 1 || value > MAX_WIDTH)
        wrong_usage(option, "must be a number from 1 to 1000");
    return (int)value;
}

static void read_style(const char *value)
{
    wish.style_given = true;
    if (strcmp(value, "pipe") == 0)
        wish.style = POOL_PIPE;
    else if (strcmp(value, "fifo") == 0)
        wish.style = POOL_FIFO;
    else
        wrong_usage("--jobserver-style", "must be pipe or fifo");
}

static void check_id(const char *option, const char *id)
{
    size_t length = strlen(id);
    for (const char *c = id; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            length = 0;
    if (length == 0 || length > LONGEST_ID)
        wrong_usage(option, "must be 1 to 64 characters, without blanks");
}

static void read_arguments(char **at)
{
    const char *value;
    for (; *at != NULL && **at == '-'; at++) {
        if (strcmp(*at, "--") == 0) {
            at++;
            break;
        }
        if (strcmp(*at, "-q") == 0 || strcmp(*at, "--quiet") == 0)
            wish.quiet = true;
        else if ((value = value_of("--max", &at)) != NULL)
            wish.most = number("--max", value);
        else if ((value = value_of("--min", &at)) != NULL)
            wish.least = number("--min", value);
        else if ((value = value_of("--build", &at)) != NULL)
            wish.id = value;
        else if ((value = value_of("--jobserver-style", &at)) != NULL)
            read_style(value);
        else if ((value = value_of("--socket", &at)) != NULL)
            setenv("FLOE_SOCKET", value, 1);
        else
            wrong_usage(*at, "no such option; the command comes after --");
    }
    if (*at == NULL)
        wrong_usage("floe run", "the command is missing");
    if (wish.least > wish.most)
        wrong_usage("--min", "must not be above --max");
    if (wish.id != NULL)
        check_id("--build", wish.id);
    wish.command = at;
}

/* A name for the build: its directory, the time, this process. */
static void set_id(void)
{
    static char made[LONGEST_ID + 1];
    const char *given = getenv("FLOE_BUILD");
    if (wish.id == NULL && given != NULL && *given != '\0') {
        wish.id = given;
        return;
    }
    if (wish.id == NULL) {
        char directory[PATH_MAX];
        const char *name = getcwd(directory, sizeof directory) == NULL ? "" : base_name(directory);
        size_t n = 0;
        for (; *name != '\0' && n < 24; name++)
            made[n++] =
                strchr("0123456789._-", *name) != NULL || ((*name | 32) >= 'a' && (*name | 32) <= 'z') ? *name : '_';
        if (n == 0)
            made[n++] = '_';
        time_t now = time(NULL);
        struct tm local;
        localtime_r(&now, &local);
        n += strftime(made + n, sizeof made - n, "-%Y%m%d-%H%M%S", &local);
        snprintf(made + n, sizeof made - n, "-%d", (int)getpid());
        wish.id = made;
    }
    setenv("FLOE_BUILD", wish.id, 1);
}

/* The first line that `PROGRAM --version` prints; false if it prints none. */
static bool version_of(const char *program, char *line, size_t size)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(ends[1], 1);
        dup2(null, 2);
        execlp(program, program, "--version", (char *)NULL);
        _exit(NOT_THERE);
    }
    close(ends[1]);
    size_t length = 0;
    struct pollfd entry = {.fd = ends[0], .events = POLLIN};
    while (pid > 0 && length < size - 1 && memchr(line, '\n', length) == NULL && poll(&entry, 1, VERSION_MS) > 0) {
        ssize_t n = read(ends[0], line + length, size - 1 - length);
        if (n <= 0)
            break;
        length += (size_t)n;
    }
    close(ends[0]);
    line[length] = '\0';
    line[strcspn(line, "\n")] = '\0';
    if (pid > 0) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    return length > 0;
}

static bool is_at_least(const char *version, int major, int minor)
{
    int has_major, has_minor;
    return sscanf(version, "%d.%d", &has_major, &has_minor) == 2 &&
           (has_major > major || (has_major == major && has_minor >= minor));
}

static bool is_make(const char *name)
{
    return strcmp(name, "make") == 0 || strcmp(name, "gmake") == 0;
}

/* make understands a path from 4.4 on and dies of one before; ninja understands nothing else. */
static enum pool_style style_for(const char *command)
{
    static const char gnu_make[] = "GNU Make ";
    const char *name = base_name(command);
    char version[256];
    if (strcmp(name, "ninja") == 0) {
        if (version_of(command, version, sizeof version) && !is_at_least(version, 1, 13))
            tell("warning: ninja %s follows no jobserver (1.13 does), and goes its own way; better: ninja -j$(floe "
                 "capacity)",
                 version);
        return POOL_FIFO;
    }
    const char *const makes[] = {is_make(name) ? command : "make", "gmake"};
    for (size_t i = 0; i < sizeof makes / sizeof *makes; i++)
        if (version_of(makes[i], version, sizeof version) && strncmp(version, gnu_make, sizeof gnu_make - 1) == 0)
            return is_at_least(version + sizeof gnu_make - 1, 4, 4) ? POOL_FIFO : POOL_PIPE;
    return POOL_PIPE;
}

/* What the command finds in its environment. False without memory. */
static bool set_environment(void)
{
    bool dropped = false;
    char *flags = makeflags_with(getenv("MAKEFLAGS"), pool_words(), &dropped);
    if (flags == NULL || setenv("MAKEFLAGS", flags, 1) != 0)
        return false;
    free(flags);
    const char *more = getenv("GNUMAKEFLAGS");
    if (more != NULL) {
        flags = makeflags_with(more, "", &dropped);
        if (flags == NULL || setenv("GNUMAKEFLAGS", flags, 1) != 0)
            return false;
        free(flags);
    }
    if (dropped)
        tell("warning: left -j out of MAKEFLAGS; the width is that of the mesh (--max N bounds it)");
    const char *own = is_make(base_name(wish.command[0])) ? makeflags_own_jobs(wish.command + 1) : NULL;
    if (own != NULL)
        tell("warning: with %s make ignores the jobserver and stays that wide whatever the mesh has; leave it out, or "
             "use --max N",
             own);
    unsetenv("MAKELEVEL"); /* this make is no other's child */
    unsetenv("MFLAGS");
    unsetenv("CARGO_MAKEFLAGS");
    return setenv("FLOE_RUN", pool_words(), 1) == 0;
}

/* Whether an outer `floe run` gave this one a jobserver that is still in force. */
static bool is_inside_of_another(void)
{
    const char *outer = getenv("FLOE_RUN");
    const char *flags = getenv("MAKEFLAGS");
    const char *auth = outer == NULL ? NULL : strstr(outer, "--jobserver-auth=");
    return auth != NULL && flags != NULL && strstr(flags, auth) != NULL;
}

static int cores(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : (int)sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count;
}

/* Commands at once, within what the user wants. */
static int bounded(int width)
{
    return width > wish.most ? wish.most : width < wish.least ? wish.least : width;
}

/* What the terminal sends, it sends to the whole process group. */
static void pass_on(int signal_number, siginfo_t *info, void *context)
{
    (void)context;
    if (info->si_code <= 0 && command_id > 0) {
        int error = errno;
        kill(command_id, signal_number);
        errno = error;
    }
}

static void child_changed(int signal_number)
{
    (void)signal_number; /* it has ended the wait */
}

/* From here on signals are held back but while something is waited for. */
static void catch_signals(void)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGCHLD);
    for (int i = 0; i < PASSED_ON; i++)
        sigaddset(&held, passed_on[i]);
    sigprocmask(SIG_BLOCK, &held, &found_mask);
    struct sigaction pass = {.sa_sigaction = pass_on, .sa_mask = held, .sa_flags = SA_SIGINFO};
    for (int i = 0; i < PASSED_ON; i++) {
        sigaction(passed_on[i], NULL, &found[i]);
        if (found[i].sa_handler != SIG_IGN)
            sigaction(passed_on[i], &pass, NULL);
    }
    struct sigaction changed = {.sa_handler = child_changed};
    sigaction(SIGCHLD, &changed, &found_child);
}

static void restore_signals(void)
{
    for (int i = 0; i < PASSED_ON; i++)
        sigaction(passed_on[i], &found[i], NULL);
    sigaction(SIGCHLD, &found_child, NULL);
    sigprocmask(SIG_SETMASK, &found_mask, NULL);
}

static _Noreturn void become_command(void)
{
    restore_signals();
    execvp(wish.command[0], wish.command);
    int error = errno;
    tell("%s: %s", wish.command[0], strerror(error));
    _exit(error == ENOENT ? NOT_THERE : NOT_EXECUTED);
}

static long milliseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000L + time.tv_nsec / 1000000;
}

static bool lost_node; /* and not found again */
static int mesh_width; /* what the node said last; 0 without one */

/* Takes what the node says, or looks for one. */
static void follow_node(bool look)
{
    const char *why = "";
    if (capacity_descriptor() < 0) {
        if (!look || !capacity_watch(&why))
            return;
    }
    int width = capacity_take(&why);
    if (width > 0) {
        mesh_width = width;
        lost_node = false;
    } else if (width < 0) {
        mesh_width = 0;
        if (!lost_node)
            tell("warning: %s; going on with the %d cores of this machine", why, bounded(cores()));
        lost_node = true;
    }
}

static int width(void)
{
    return bounded(mesh_width > 0 ? mesh_width : cores());
}

/* The node's first word, or what there is without it. */
static void ask_for_width(void)
{
    const char *why;
    if (!capacity_watch(&why)) {
        tell("%s; using the %d cores of this machine", why, width());
        lost_node = true;
        return;
    }
    for (long until = milliseconds() + FIRST_WORD_MS; mesh_width == 0 && !lost_node && milliseconds() < until;) {
        struct pollfd entry = {.fd = capacity_descriptor(), .events = POLLIN};
        poll(&entry, 1, FIRST_WORD_MS);
        follow_node(false);
    }
}

/* Reaps what has ended, orphans of the build included; true once the command has, with its status. */
static bool has_ended(int *status)
{
    int one;
    bool ended = false;
    for (pid_t pid; (pid = waitpid(-1, &one, WNOHANG)) > 0;) {
        if (pid == command_id) {
            *status = one;
            ended = true;
        }
    }
    return ended;
}

/* Returns how long to leave it at that, in milliseconds: counting the processes of a wide build takes some, and shall take 1 % of a core. */
static long find_lost_tokens(void)
{
    long start = milliseconds();
    int held = pool_held();
    int jobs = held == 0 ? 0 : descendants_jobs(held + 1);
    pool_restore(jobs > 0 ? jobs - 1 : 0); /* the first needs no token */
    long took = 100 * (milliseconds() - start);
    return took > LOOK_MS ? took : LOOK_MS;
}

static int supervise(void)
{
    long next_look = 0, next_search = milliseconds() + AGAIN_MS;
    int status = 0;
    while (!has_ended(&status)) {
        long now = milliseconds();
        follow_node(now >= next_search);
        if (now >= next_search)
            next_search = now + AGAIN_MS;
        pool_resize(width() - 1);
        if (now >= next_look)
            next_look = now + find_lost_tokens();
        struct pollfd entries[] = {{.fd = capacity_descriptor(), .events = POLLIN},
                                   {.fd = pool_descriptor(), .events = POLLIN}};
        struct timespec limit = {.tv_nsec = LOOK_MS * 1000000L};
        while (ppoll(entries, 2, &limit, &found_mask) > 0 && entries[0].revents == 0 && milliseconds() - now < LOOK_MS)
            pool_collect();
    }
    return status;
}

/* As the command died, so that a shell sees what it would have seen without us. */
static int end_like(int status)
{
    if (!WIFSIGNALED(status))
        return WEXITSTATUS(status);
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(WTERMSIG(status), SIG_DFL);
    sigset_t it;
    sigemptyset(&it);
    sigaddset(&it, WTERMSIG(status));
    raise(WTERMSIG(status));
    sigprocmask(SIG_UNBLOCK, &it, NULL);
    return 128 + WTERMSIG(status);
}

int build(char **arguments)
{
    read_arguments(arguments);
    if (is_inside_of_another()) {
        execvp(wish.command[0], wish.command);
        tell("%s: %s", wish.command[0], strerror(errno));
        return errno == ENOENT ? NOT_THERE : NOT_EXECUTED;
    }
    set_id();
    int error = pool_open(wish.style_given ? wish.style : style_for(wish.command[0]));
    if (error != 0 || !set_environment()) {
        tell("cannot make a jobserver: %s", strerror(error != 0 ? error : ENOMEM));
        pool_close();
        return FAILED;
    }
    ask_for_width();
    if (!wish.quiet)
        tell("build %s, %d commands at once", wish.id, width());
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* orphans of the build may hold tokens */
    catch_signals();
    pool_resize(width() - 1);
    command_id = fork();
    if (command_id == 0)
        become_command();
    if (command_id < 0) {
        tell("fork: %s", strerror(errno));
        pool_close();
        return FAILED;
    }
    int status = supervise();
    pool_close();
    char summary[4096];
    if (pool_restored() > 0 && !wish.quiet)
        tell("replaced %d tokens that were lost with processes that were killed", pool_restored());
    if (capacity_ask("build-summary", wish.id, summary, sizeof summary))
        tell("%s", summary);
    return end_like(status);
}
