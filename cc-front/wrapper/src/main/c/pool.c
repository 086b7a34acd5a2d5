/*
 * The tokens are bytes, as GNU make has them. With POOL_FIFO they lie in one fifo, from which this process takes
 * surplus tokens in competition with all clients that wait for one. With POOL_PIPE the descriptors that clients read
 * and write lead to two fifos, and this process carries each token that comes back from the second to the first, or
 * keeps it. So clients cannot take a surplus token before this process does.
 *
 * This process has descriptions of its own, which do not block. O_NONBLOCK belongs to the description, and clients
 * rely on reads that block. The command's are open for both directions, so that a build goes on, narrower and
 * narrower, if this process is killed.
 *
 * The pool knows how many tokens it has put in and taken out (`total`), and the kernel how many lie in the fifos; the
 * difference is held by clients. A client that is killed loses what it holds. pool_restore replaces it: too late
 * rather than too early, and a token too many shows when more lie in the fifos than there are.
 */
#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static const char TOKEN = '+';

static int offered = -1, returned = -1; /* this process's ends of the fifos; the same with POOL_FIFO */
static int command_reads = -1, command_writes = -1;
static char directory[PATH_MAX], path[PATH_MAX + 8];
static enum pool_style the_style;
static int total, wanted;
static int missing_before; /* at the last call of pool_restore */
static int restored;

/* Where only this user looks: the path is a way to the tokens. */
static int make_directory(void)
{
    const char *places[] = {getenv("XDG_RUNTIME_DIR"), getenv("TMPDIR"), "/tmp"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (places[i] == NULL || places[i][0] != '/')
            continue;
        int length = snprintf(directory, sizeof directory, "%s/floe-run-XXXXXX", places[i]);
        if (length < (int)sizeof directory && strpbrk(directory, " \t\n\\$'\"") == NULL && mkdtemp(directory) != NULL)
            return 0;
    }
    directory[0] = '\0';
    return errno == 0 ? ENOENT : errno;
}

static void remove_path(void)
{
    if (directory[0] == '\0')
        return;
    unlink(path);
    rmdir(directory);
    directory[0] = '\0';
}

/* Opens the path, but never as standard input or output of the command, which may have been closed. */
static int open_path(int flags)
{
    int fd = open(path, O_RDWR | flags);
    if (fd < 0 || fd > 2)
        return fd;
    int higher = fcntl(fd, (flags & O_CLOEXEC) != 0 ? F_DUPFD_CLOEXEC : F_DUPFD, 3);
    close(fd);
    return higher;
}

/* A fifo: this process's end of it, and the command's if it inherits one. */
static int open_fifo(int *own, int *commands)
{
    if (mkfifo(path, 0600) != 0 || (*own = open_path(O_NONBLOCK | O_CLOEXEC)) < 0)
        return errno;
    if (commands == NULL)
        return 0;
    int error = (*commands = open_path(0)) < 0 ? errno : 0;
    unlink(path);
    return error;
}

int pool_open(enum pool_style style)
{
    the_style = style;
    int error = make_directory();
    if (error != 0)
        return error;
    snprintf(path, sizeof path, "%s/tokens", directory);
    if (style == POOL_FIFO) {
        error = open_fifo(&offered, NULL);
        returned = offered;
        return error;
    }
    error = open_fifo(&offered, &command_reads);
    if (error == 0)
        error = open_fifo(&returned, &command_writes);
    remove_path();
    return error;
}

const char *pool_words(void)
{
    static char words[sizeof path + 64];
    if (the_style == POOL_FIFO)
        snprintf(words, sizeof words, "-j --jobserver-auth=fifo:%s", path);
    else
        snprintf(words, sizeof words, "-j --jobserver-auth=%d,%d", command_reads, command_writes);
    return words;
}

static int lying_in(int fifo)
{
    int bytes = 0;
    return ioctl(fifo, FIONREAD, &bytes) == 0 ? bytes : 0;
}

static int lying(void)
{
    return lying_in(offered) + (returned == offered ? 0 : lying_in(returned));
}

static bool put_in(void)
{
    ssize_t n;
    do
        n = write(offered, &TOKEN, 1);
    while (n < 0 && errno == EINTR);
    return n == 1;
}

static bool take_from(int fifo)
{
    char token;
    ssize_t n;
    do
        n = read(fifo, &token, 1);
    while (n < 0 && errno == EINTR);
    return n == 1;
}

void pool_collect(void)
{
    while (total > wanted && take_from(offered))
        total--;
    while (returned != offered && take_from(returned)) {
        if (total > wanted || !put_in())
            total--;
    }
}

void pool_resize(int tokens)
{
    wanted = tokens;
    pool_collect();
    while (total < wanted && put_in())
        total++;
}

int pool_descriptor(void)
{
    return returned != offered || total > wanted ? returned : -1;
}

int pool_held(void)
{
    int held = total - lying();
    return held > 0 ? held : 0;
}

void pool_restore(int most_held)
{
    for (int surplus = lying() - total; surplus > 0 && take_from(offered); surplus--)
        ; /* what was taken for lost has come back */
    int missing = pool_held() - most_held;
    int lost = missing < missing_before ? missing : missing_before;
    missing_before = missing > 0 ? missing : 0;
    for (; lost > 0; lost--) {
        restored++;
        missing_before--;
        if (total > wanted)
            total--;
        else if (!put_in())
            return;
    }
}

int pool_restored(void)
{
    return restored;
}

void pool_close(void)
{
    remove_path();
    const int all[] = {offered, returned == offered ? -1 : returned, command_reads, command_writes};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] >= 0)
            close(all[i]);
}
