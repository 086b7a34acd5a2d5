/* Odd things in place of outputs and of the report, and processes that do not want to end. */
#include "attack.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void text(const char *path, const char *contents, mode_t mode)
{
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, contents, strlen(contents)) < 0 || fchmod(fd, mode) != 0)
        perror(path);
    close(fd);
}

static void many(int count)
{
    char path[64];
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "/w/%d", i);
        text(path, "", 0644);
    }
}

/* Names of 100 bytes, so that all of them are much longer than the files. */
static void long_names(int count)
{
    char path[256], tail[200];
    memset(tail, 'n', sizeof tail);
    tail[199] = '\0';
    for (int k = 0; k < 12; k++) {
        snprintf(path, sizeof path, "%d%s", k % 10, tail);
        if (mkdir(path, 0755) != 0 || chdir(path) != 0)
            perror("long");
    }
    for (int i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%d%s", i, tail);
        text(path, "", 0644);
    }
}

static void deep(int count)
{
    for (int i = 0; i < count; i++)
        if (mkdir("d", 0755) != 0 || chdir("d") != 0) {
            perror("d");
            return;
        }
    text("x.o", "x", 0644);
}

static void local_socket(const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    if (bind(socket(AF_UNIX, SOCK_STREAM, 0), (void *)&at, sizeof at) != 0)
        perror(path);
}

/* Each ends with the job's namespace alone. */
static void daemons(int count)
{
    for (int i = 0; i < count; i++)
        if (fork() == 0) {
            if (fork() != 0)
                _exit(0);
            setsid();
            for (int sent = 1; sent < SIGRTMIN; sent++)
                signal(sent, SIG_IGN);
            for (;;)
                pause();
        }
    text("/w/x.o", "x", 0644);
}

/* Bounded, because the kernel does not hold root to the limit. */
static void fork_bomb(void)
{
    int made = 0;
    for (; made < 200; made++) {
        pid_t child = fork();
        if (child == 0)
            for (;;)
                pause();
        if (child < 0)
            break;
    }
    char made_text[16];
    snprintf(made_text, sizeof made_text, "%d", made);
    text("/w/forked", made_text, 0644);
}

/* Goes on changing an output for as long as it lives. */
static void keep_writing(void)
{
    text("/w/x.o", "begun", 0644);
    for (int i = 0; i < 8; i++)
        if (fork() == 0) {
            setsid();
            for (unsigned k = 0;; k++) {
                text("/w/new", "EVIL", 0644);
                rename("/w/new", "/w/x.o");
                truncate("/w/x.o", k % 4096);
            }
        }
}

static void report(const char *kind)
{
    static char zeros[70000];
    memset(zeros, '0', sizeof zeros - 1);
    unlink("/.floe/status");
    if (strcmp(kind, "fifo") == 0)
        mkfifo("/.floe/status", 0644);
    else if (strcmp(kind, "directory") == 0)
        mkdir("/.floe/status", 0755);
    else if (strcmp(kind, "link") == 0)
        symlink("/proc/self/environ", "/.floe/status");
    else if (strcmp(kind, "zero") == 0)
        symlink("/dev/zero", "/.floe/status");
    else if (strcmp(kind, "socket") == 0)
        local_socket("/.floe/status");
    else if (strcmp(kind, "long") == 0)
        text("/.floe/status", zeros, 0644);
    else if (strcmp(kind, "nonsense") == 0)
        text("/.floe/status", "exit=x", 0644);
    else if (strcmp(kind, "absurd") == 0)
        text("/.floe/status", "exit=0 user_us=9223372036854775807 system_us=-1 maxrss_kb=9223372036854775807", 0644);
    else if (strcmp(kind, "forged") == 0)
        text("/.floe/status", "exit=0 signal=0 user_us=1 system_us=1 maxrss_kb=1", 0644);
}

static void name(const char *kind)
{
    char longest[260] = "/w/";
    memset(longest + 3, 'x', 255);
    if (strcmp(kind, "longest") == 0)
        text(longest, "x", 0644);
    else if (strcmp(kind, "latin") == 0)
        text("/w/\xe4.o", "x", 0644);
    else if (strcmp(kind, "newline") == 0)
        text("/w/x\n0 644 1.o", "x", 0644);
    else if (strcmp(kind, "control") == 0)
        text("/w/x\x1b[2J\r.o", "x", 0644);
    else if (strcmp(kind, "dots") == 0)
        text("/w/...", "x", 0644);
    else if (strcmp(kind, "overlong") == 0)
        text("/w/\xc0\xaf.o", "x", 0644);
    else if (strcmp(kind, "fifo\n") == 0)
        mkfifo("/w/x\n12:00:00.000 WARN  Forged: line", 0644);
}

static void complain(void)
{
    static const char line[] = "x\n12:00:00.000 WARN  Forged: line\r\x1b[2J";
    unlink("/.floe/status");
    if (write(2, line, sizeof line - 1) < 0)
        exit(2);
}

void leave(const char *what)
{
    if (chdir("/w") != 0)
        exit(2);
    umask(0);
    if (strncmp(what, "report-", 7) == 0)
        report(what + 7);
    else if (strncmp(what, "name-", 5) == 0)
        name(what + 5);
    else if (strcmp(what, "fifo") == 0)
        mkfifo("x.o", 0644);
    else if (strcmp(what, "fifo-with-lines") == 0)
        name("fifo\n");
    else if (strcmp(what, "socket") == 0)
        local_socket("x.o");
    else if (strcmp(what, "link") == 0)
        symlink(setting("target"), "x.o");
    else if (strcmp(what, "link-in-directory") == 0)
        mkdir("d", 0755), symlink(setting("target"), "d/x.o");
    else if (strcmp(what, "directory-link") == 0)
        symlink("/", "d");
    else if (strcmp(what, "mode-0") == 0)
        text("x.o", "x", 0), mkdir("d", 0755), text("d/y.o", "y", 0), chmod("d", 0);
    else if (strcmp(what, "setuid") == 0)
        text("x.o", "x", 06777);
    else if (strcmp(what, "many") == 0)
        many(10001);
    else if (strcmp(what, "long-names") == 0)
        long_names(5000);
    else if (strcmp(what, "deep") == 0)
        deep(10000);
    else if (strcmp(what, "deep-within-bounds") == 0)
        deep(150);
    else if (strcmp(what, "large") == 0)
        text("x.o", "x", 0644), signal(SIGXFSZ, SIG_IGN), truncate("x.o", 1LL << 40) == 0 ? exit(3) : (void)0;
    else if (strcmp(what, "exchanged-input") == 0)
        unlink("copied.txt"), symlink(setting("target"), "copied.txt");
    else if (strcmp(what, "daemons") == 0)
        daemons(30);
    else if (strcmp(what, "fork-bomb") == 0)
        fork_bomb();
    else if (strcmp(what, "keep-writing") == 0)
        keep_writing();
    else if (strcmp(what, "stopped") == 0)
        text("x.o", "x", 0644), fork() == 0 ? raise(SIGSTOP) : 0;
    else if (strcmp(what, "kill-all") == 0)
        text("x.o", "x", 0644), kill(-1, SIGKILL);
    else if (strcmp(what, "end-of-process-1") == 0)
        prlimit(1, RLIMIT_FSIZE, &(struct rlimit){0, 0}, NULL);
    else if (strcmp(what, "complaint") == 0)
        complain();
    else
        exit(2);
}
