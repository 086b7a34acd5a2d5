/*
 * Calls each function that the observer stands before with a name of its own, and prints what the record must have of
 * it: a line `KIND NAME` a call. What the C library at hand lacks is left out.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static const char *const MISSED = "missed", *const SEEN = "seen", *const READ = "read", *const QUERY = "query";

static void expect(const char *kind, const char *name)
{
    printf("%s %s\n", kind, name);
}

/* A path that is nowhere, and that must be in the record. */
static const char *nowhere(const char *function)
{
    static char path[PATH_MAX];
    snprintf(path, sizeof path, "/nowhere/%s", function);
    expect(MISSED, path);
    return path;
}

static void must_fail(int result, int error)
{
    if (result >= 0 || errno != error) {
        fprintf(stderr, "a call gave %d and the error %d instead of %d\n", result, errno, error);
        exit(1);
    }
}

static void must_be_null(const void *result)
{
    must_fail(result == NULL ? -1 : 0, ENOENT);
}

static void look(void)
{
    struct stat status;
    struct statfs system;
    struct statvfs other;
    char buffer[PATH_MAX];
    int directory = open("/etc", O_RDONLY | O_DIRECTORY);
    must_fail(open(nowhere("open"), O_RDONLY), ENOENT);
    must_fail(open(nowhere("open-create"), O_WRONLY | O_CREAT, 0600), ENOENT);
    must_fail(openat(AT_FDCWD, nowhere("openat"), O_RDONLY), ENOENT);
    must_fail(openat(directory, "nowhere-openat", O_RDONLY), ENOENT);
    expect(MISSED, "/etc/nowhere-openat");
    must_fail(creat(nowhere("creat"), 0600), ENOENT);
    must_fail(stat(nowhere("stat"), &status), ENOENT);
    must_fail(lstat(nowhere("lstat"), &status), ENOENT);
    must_fail(fstatat(AT_FDCWD, nowhere("fstatat"), &status, 0), ENOENT);
    must_fail(statfs(nowhere("statfs"), &system), ENOENT);
    must_fail(statvfs(nowhere("statvfs"), &other), ENOENT);
    must_fail(access(nowhere("access"), R_OK), ENOENT);
    must_fail(eaccess(nowhere("eaccess"), R_OK), ENOENT);
    must_fail(euidaccess(nowhere("euidaccess"), R_OK), ENOENT);
    must_fail(faccessat(AT_FDCWD, nowhere("faccessat"), R_OK, 0), ENOENT);
    must_fail((int)readlink(nowhere("readlink"), buffer, sizeof buffer), ENOENT);
    must_fail((int)readlinkat(AT_FDCWD, nowhere("readlinkat"), buffer, sizeof buffer), ENOENT);
    must_be_null(fopen(nowhere("fopen"), "r"));
    must_be_null(freopen(nowhere("freopen"), "re", stdin));
    must_be_null(realpath(nowhere("realpath"), NULL));
    must_be_null(opendir(nowhere("opendir")));
    must_fail(chdir(nowhere("chdir")), ENOENT);
#ifdef STATX_BASIC_STATS
    struct statx more;
    must_fail(statx(AT_FDCWD, nowhere("statx"), 0, STATX_BASIC_STATS, &more), ENOENT);
#endif
    struct dirent **names;
    must_fail(scandir(nowhere("scandir"), &names, NULL, alphasort), ENOENT);
    must_fail(open("/etc/passwd/x", O_RDONLY), ENOTDIR);
    expect(MISSED, "/etc/passwd/x");
    must_fail((int)readlink("/etc/passwd", buffer, sizeof buffer), EINVAL);
    expect(SEEN, "/etc/passwd");
    close(open("/etc/passwd", O_RDONLY));
    expect(READ, "/etc/passwd");
    closedir(opendir("/usr"));
    expect("listed", "/usr");
    closedir(fdopendir(directory));
    expect("listed", "/etc");
}

/* Relative paths before and after a change of the directory. */
static void move(void)
{
    if (chdir("/etc") != 0)
        exit(1);
    must_fail(access("nowhere-here", F_OK), ENOENT);
    expect(MISSED, "/etc/nowhere-here");
    must_fail(access("../nowhere-there", F_OK), ENOENT);
    expect(MISSED, "/etc/../nowhere-there");
    if (chdir("/") != 0)
        exit(1);
    must_fail(access("nowhere-at-all", F_OK), ENOENT);
    expect(MISSED, "/nowhere-at-all");
}

static void execute(void)
{
    char *arguments[] = {"x", NULL};
    pid_t child;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, nowhere("addopen"), O_RDONLY, 0);
    posix_spawn_file_actions_destroy(&actions);
    must_fail(execve(nowhere("execve"), arguments, environ), ENOENT);
    must_fail(execv(nowhere("execv"), arguments), ENOENT);
    must_fail(execl(nowhere("execl"), "x", "y", NULL), ENOENT);
    must_fail(execle(nowhere("execle"), "x", NULL, environ), ENOENT);
    setenv("PATH", "/nowhere/bin:/nowhere/sbin", 1);
    must_fail(execvp("execvp", arguments), ENOENT);
    expect(MISSED, "/nowhere/bin/execvp");
    must_fail(execvpe("execvpe", arguments, environ), ENOENT);
    expect(MISSED, "/nowhere/sbin/execvpe");
    must_fail(execlp("execlp", "x", NULL), ENOENT);
    expect(MISSED, "/nowhere/bin/execlp");
    /* An emulator forks where the kernel lets parent and child share memory, so there the error is lost. */
    if (getenv("EMULATED") == NULL) {
        if (posix_spawn(&child, nowhere("posix_spawn"), NULL, NULL, arguments, environ) != ENOENT)
            exit(1);
        if (posix_spawnp(&child, "posix_spawnp", NULL, NULL, arguments, environ) != ENOENT)
            exit(1);
        expect(MISSED, "/nowhere/bin/posix_spawnp");
    }
    /* As gcc does. */
    child = vfork();
    if (child == 0) {
        execv(nowhere("vfork"), arguments);
        _exit(1);
    }
    waitpid(child, NULL, 0);
    child = fork();
    if (child == 0) {
        access(nowhere("fork"), F_OK);
        fflush(stdout);
        exit(0);
    }
    waitpid(child, NULL, 0);
}

static void ask(void)
{
    struct timeval now;
    struct timespec clock;
    struct utsname names;
    char host[256];
    if (getenv("LD_PRELOAD") != NULL || getenv("FLOE_OBSERVE") != NULL) {
        fprintf(stderr, "the observer shows in the environment\n");
        exit(1);
    }
    for (char **next = environ; *next != NULL; next++)
        if (strncmp(*next, "LD_PRELOAD", 10) == 0 || strncmp(*next, "FLOE_OBSERVE", 12) == 0)
            exit(1);
    if (getenv("NOWHERE_1") == NULL)
        expect("missing", "NOWHERE_1");
    if (secure_getenv("NOWHERE_2") == NULL)
        expect("missing", "NOWHERE_2");
    if (getenv("HERE") != NULL)
        expect("present", "HERE");
    time(NULL);
    expect(QUERY, "DATE");
    gettimeofday(&now, NULL);
    expect(QUERY, "TIME_OF_DAY");
    clock_gettime(CLOCK_REALTIME, &clock);
    expect(QUERY, "REALTIME_CLOCK");
    clock_gettime(CLOCK_MONOTONIC, &clock);
    expect(QUERY, "OTHER_CLOCK");
    if (getentropy(host, 8) == 0)
        expect(QUERY, "RANDOM");
    gethostname(host, sizeof host);
    expect(QUERY, "HOST_NAME");
    uname(&names);
    expect(QUERY, "SYSTEM_NAME");
    sysconf(_SC_NPROCESSORS_ONLN);
    expect(QUERY, "PROCESSORS");
    time_t then = 0;
    localtime(&then);
    expect("missing", "TZ");
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
    ask();
    look();
    move();
    execute();
    return 0;
}
