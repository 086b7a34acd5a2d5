#include "scratch_results.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "contain_error.h"

enum { MAX_RESULTS = 10000, MAX_DEPTH = 200, MAX_INDEX_BYTES = 4 << 20, MAX_STATUS_BYTES = 1024 };

struct collection {
    const struct writables *writables;
    int results;
    unsigned long long room; /* bytes that results may still take */
    FILE *index;
    unsigned count;
    unsigned directory;
};

static bool is_untouched(const struct planned *planned, const struct stat *now)
{
    return planned != NULL && planned->kind == 'F' && planned->made.st_ino == now->st_ino &&
           planned->made.st_size == now->st_size && planned->made.st_mtim.tv_sec == now->st_mtim.tv_sec &&
           planned->made.st_mtim.tv_nsec == now->st_mtim.tv_nsec;
}

/* Copies a regular file to a result of the name; gives its size, or -1 if it is none. */
static off_t copy_result(int from, const char *name, struct collection *to, const char *result, off_t most)
{
    struct stat st;
    int in = openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (in < 0 || fstat(in, &st) != 0 || !S_ISREG(st.st_mode) || (most > 0 && st.st_size > most)) {
        if (in >= 0)
            close(in);
        return -1;
    }
    if ((unsigned long long)st.st_size > to->room)
        contain_fail("too large results", "the command made more than it may write");
    to->room -= (unsigned long long)st.st_size;
    int out = openat(to->results, result, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (out < 0)
        contain_fail("cannot write a result", strerror(errno));
    copy_bytes(in, out, "cannot write a result");
    off_t size = lseek(out, 0, SEEK_END);
    if (close(out) != 0 || size < 0)
        contain_fail("cannot write a result", strerror(errno));
    close(in);
    return size;
}

static void collect_file(struct collection *to, int directory, const char *name, const char *path, mode_t mode)
{
    char result[16];
    if (to->count >= MAX_RESULTS)
        contain_fail("too many results", "the command made more than 10000 files");
    snprintf(result, sizeof result, "%u", to->count++);
    off_t size = copy_result(directory, name, to, result, 0);
    if (size < 0)
        contain_fail(path, "cannot be read as a file");
    /* No bit that changes the user or group of who runs it. */
    fprintf(to->index, "%u %o %lld%c%s%c", to->directory, (unsigned)mode & 0777, (long long)size, '\0', path, '\0');
    if (ftell(to->index) > MAX_INDEX_BYTES)
        contain_fail("too many results", "their names are longer than 4 MiB together");
}

/* PATH is that of the directory below the writable one, with a slash at its end, or empty. */
static void collect_directory(struct collection *to, int fd, const char *path, int depth)
{
    const struct writable *writable = &to->writables->all[to->directory];
    DIR *entries = fdopendir(fd);
    if (entries == NULL || depth > MAX_DEPTH)
        contain_fail("the command made directories that cannot be read",
                     entries == NULL ? strerror(errno) : "nested too deeply");
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        char below[PATH_MAX];
        struct stat st;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        const struct planned *planned = *path == '\0' ? find_planned(writable, entry->d_name) : NULL;
        if (snprintf(below, sizeof below, "%s%s/", path, entry->d_name) >= (int)sizeof below)
            contain_fail("the command made directories that cannot be read", strerror(ENAMETOOLONG));
        if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
            contain_fail(below, strerror(errno));
        if (S_ISDIR(st.st_mode)) {
            if (planned != NULL)
                continue;
            int inner = openat(fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (inner < 0)
                contain_fail(below, strerror(errno));
            collect_directory(to, inner, below, depth + 1);
            continue;
        }
        below[strlen(below) - 1] = '\0';
        if (S_ISREG(st.st_mode)) {
            if (!is_untouched(planned, &st))
                collect_file(to, fd, entry->d_name, below, st.st_mode);
        } else if (planned == NULL) {
            fprintf(stderr, "the command made %s/%s, which is neither file nor directory\n", writable->path, below);
            _exit(CONTAIN_FAILED);
        }
    }
    closedir(entries);
}

/* Most commands print nothing, and nothing is no file. */
static void collect_printed(int scratch, const char *name, struct collection *to)
{
    struct stat st;
    bool silent = fstatat(scratch, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && st.st_size == 0;
    if (!silent && copy_result(scratch, name, to, name, 0) < 0)
        contain_fail("the command's output", "cannot be read");
}

void scratch_collect(int scratch, const struct writables *writables, int results, unsigned long long most)
{
    struct collection to = {.writables = writables, .results = results, .room = most + MAX_STATUS_BYTES};
    int report = openat(scratch, SCRATCH_REPORT, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    collect_printed(scratch, SCRATCH_OUTPUT, &to);
    collect_printed(scratch, SCRATCH_ERROR, &to);
    if (report >= 0)
        copy_result(report, "status", &to, "status", MAX_STATUS_BYTES);
    int fd = openat(results, "index.part", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    to.index = fd < 0 ? NULL : fdopen(fd, "w");
    if (to.index == NULL)
        contain_fail("cannot write a result", strerror(errno));
    for (; to.directory < writables->count; to.directory++) {
        char name[16];
        if (!writables->all[to.directory].collect)
            continue;
        snprintf(name, sizeof name, SCRATCH_DIRECTORY, to.directory);
        int directory = openat(scratch, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (directory < 0)
            contain_fail(writables->all[to.directory].path, strerror(errno));
        collect_directory(&to, directory, "", 0);
    }
    if (ferror(to.index) != 0 || fclose(to.index) != 0 || renameat(results, "index.part", results, "index") != 0)
        contain_fail("cannot write a result", strerror(errno));
}
