/* Ways to write more than a job may. How much the file system took, and how much it says that it holds, stands
 * on standard output, or in /w/took where that is what is filled; its block is there from the start. */
#include "attack.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { MEBIBYTE = 1 << 20, FILE_BYTES = 12 << 20, MAX_FILES = 200000 };

static char block[MEBIBYTE];
static sigjmp_buf beyond;

/* Fills one file; how much it took. */
static long long fill_file(int fd)
{
    long long took = 0;
    for (ssize_t n; took < FILE_BYTES && (n = write(fd, block, sizeof block)) > 0;)
        took += n;
    return took;
}

static long long fill_files(const char *directory, bool removed)
{
    long long took = 0, more = 1;
    for (int i = 0; more > 0; i++) {
        char path[64];
        snprintf(path, sizeof path, "%s/fill%d", directory, i);
        int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0)
            break;
        if (removed)
            unlink(path);
        took += more = fill_file(fd);
        if (!removed)
            close(fd);
    }
    return took;
}

static long long reserve(void)
{
    long long took = 0;
    for (int i = 0;; i++) {
        char path[64];
        snprintf(path, sizeof path, "/w/fill%d", i);
        int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
        unlink(path);
        if (fd < 0 || fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, FILE_BYTES) != 0)
            return took;
        took += FILE_BYTES;
    }
}

static void stop(int sent)
{
    siglongjmp(beyond, sent);
}

static long long map(void)
{
    static volatile long long took;
    struct sigaction action = {.sa_handler = stop};
    sigaction(SIGBUS, &action, NULL);
    if (sigsetjmp(beyond, 1) != 0)
        return took;
    for (int i = 0;; i++) {
        char path[64];
        snprintf(path, sizeof path, "/w/fill%d", i);
        int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
        unlink(path);
        if (fd < 0 || ftruncate(fd, FILE_BYTES) != 0)
            return took;
        char *at = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (at == MAP_FAILED)
            return took;
        for (long page = 0; page < FILE_BYTES; page += 4096) {
            at[page] = 1;
            took += 4096;
        }
    }
}

/* Each takes a page, however small it is. */
static long long small_files(void)
{
    long long took = 0;
    for (int i = 0; i < MAX_FILES; i++) {
        char path[64];
        snprintf(path, sizeof path, "/w/fill%d", i);
        int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
        if (fd < 0 || write(fd, "x", 1) != 1)
            break;
        took += 4096;
        close(fd);
    }
    return took;
}

/* How many empty files there can be; they take memory of the kernel, but no page. */
static long long empty_files(void)
{
    int made = 0;
    for (; made < MAX_FILES; made++) {
        char path[64];
        snprintf(path, sizeof path, "/w/fill%d", made);
        int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
        if (fd < 0)
            break;
        close(fd);
    }
    return made;
}

/* Files that take no block here, and one of many names; both are large where they are copied to. */
static long long large_results(bool links)
{
    int fd = open("/w/fill0", O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (links ? fill_file(fd) == 0 : ftruncate(fd, FILE_BYTES) != 0)
        perror("/w/fill0");
    close(fd);
    for (int i = 1; i < 40; i++) {
        char path[64];
        snprintf(path, sizeof path, "/w/fill%d", i);
        fd = links ? link("/w/fill0", path) : open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
        if (fd < 0 || (!links && ftruncate(fd, FILE_BYTES) != 0))
            perror(path);
        if (!links)
            close(fd);
    }
    return links ? FILE_BYTES : 0;
}

void fill(const char *way)
{
    char text[48] = "";
    long long took = 0;
    int result = strcmp(way, "output") == 0 ? open("/w/took", O_CREAT | O_RDWR | O_CLOEXEC, 0600) : 1;
    if (write(result, text, sizeof text) != sizeof text)
        exit(2);
    signal(SIGXFSZ, SIG_IGN);
    memset(block, 7, sizeof block);
    if (strcmp(way, "plain") == 0) {
        took = fill_files("/w", false);
    } else if (strcmp(way, "unlinked") == 0) {
        took = fill_files("/w", true);
    } else if (strcmp(way, "hidden") == 0) {
        mkdir("/w/hidden", 0700);
        chmod("/w/hidden", 0300);
        took = fill_files("/w/hidden", false);
    } else if (strcmp(way, "temporary") == 0) {
        took = fill_files("/tmp", false);
    } else if (strcmp(way, "report") == 0) {
        took = fill_files("/.floe", false);
    } else if (strcmp(way, "output") == 0) {
        took = fill_file(1) + fill_file(2) + fill_files("/tmp", true);
    } else if (strcmp(way, "all") == 0) {
        took = fill_files("/w", true) + fill_files("/tmp", true) + fill_files("/.floe", true) + fill_file(2);
    } else if (strcmp(way, "fallocate") == 0) {
        took = reserve();
    } else if (strcmp(way, "mmap") == 0) {
        took = map();
    } else if (strcmp(way, "small") == 0) {
        took = small_files();
    } else if (strcmp(way, "empty") == 0) {
        took = empty_files();
    } else if (strcmp(way, "sparse") == 0 || strcmp(way, "links") == 0) {
        took = large_results(*way == 'l');
    } else {
        exit(2);
    }
    struct statvfs now;
    if (statvfs("/w", &now) != 0)
        exit(2);
    snprintf(text, sizeof text, "%lld %llu ", took, (unsigned long long)(now.f_blocks - now.f_bfree) * now.f_frsize);
    if (pwrite(result, text, sizeof text, 0) < 0)
        exit(2);
}
