#include "scratch_plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "contain_error.h"

enum { MAX_PLAN_BYTES = 256 << 20 };

static bool read_all(int from, char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = read(from, bytes, length);
        if (n == 0)
            return false;
        if (n < 0 && errno != EINTR)
            contain_fail("scratch plan", strerror(errno));
        if (n > 0) {
            bytes += n;
            length -= (size_t)n;
        }
    }
    return true;
}

static char *read_plan(int from, size_t *length)
{
    char digits[16];
    size_t n = 0;
    do {
        if (!read_all(from, digits + n, 1))
            return NULL;
    } while (digits[n] != '\0' && ++n < sizeof digits);
    if (n == sizeof digits || (*length = strtoul(digits, NULL, 10)) > MAX_PLAN_BYTES)
        contain_fail("scratch plan", "is too long");
    char *plan = resized(NULL, *length + 1);
    plan[*length] = '\0';
    return read_all(from, plan, *length) ? plan : NULL;
}

static const char *next_field(const char **at, const char *end)
{
    if (*at >= end)
        contain_fail("scratch plan", "ends in the middle of an entry");
    const char *field = *at;
    *at += strlen(field) + 1;
    return field;
}

/* Files that are one file on the submitter are one file here; only those can be written to in the job's tree. */
static const struct planned *find_twin(const struct writable *writable, const struct stat *source)
{
    for (size_t i = 0; source->st_nlink > 1 && (source->st_mode & S_IWUSR) != 0 && i < writable->count; i++)
        if (writable->planned[i].source == source->st_ino)
            return &writable->planned[i];
    return NULL;
}

static void copy_file(struct planned *file, const struct writable *writable, int from, int to)
{
    struct stat source;
    int in = openat(from, file->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (in < 0 || fstat(in, &source) != 0)
        contain_fail(file->name, strerror(errno));
    const struct planned *twin = find_twin(writable, &source);
    file->source = (source.st_mode & S_IWUSR) != 0 ? source.st_ino : 0;
    if (twin != NULL) {
        if (linkat(to, twin->name, to, file->name, 0) != 0)
            contain_fail(file->name, strerror(errno));
    } else {
        int out = openat(to, file->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (out < 0)
            contain_fail(file->name, strerror(errno));
        copy_bytes(in, out, file->name);
        const struct timespec times[] = {source.st_mtim, source.st_mtim};
        if (fchmod(out, (source.st_mode & 0777) | S_IWUSR) != 0 || futimens(out, times) != 0)
            contain_fail(file->name, strerror(errno));
        close(out);
    }
    close(in);
    if (fstatat(to, file->name, &file->made, AT_SYMLINK_NOFOLLOW) != 0)
        contain_fail(file->name, strerror(errno));
}

static struct planned *add_planned(struct writable *writable, const char *name, char kind)
{
    if (writable->count == writable->room) {
        writable->room = writable->room * 2 + 16;
        writable->planned = resized(writable->planned, writable->room * sizeof *writable->planned);
    }
    struct planned *planned = &writable->planned[writable->count];
    *planned = (struct planned){.name = name, .kind = kind};
    return planned;
}

static int make_directory(int parent, const char *name)
{
    int fd =
        mkdirat(parent, name, 0755) != 0 ? -1 : openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        contain_fail(name, strerror(errno));
    return fd;
}

/* One writable directory with all that stands in it, up to the next W. */
static void fill_directory(int scratch, struct writables *writables, const char **at, const char *end)
{
    char name[16];
    struct writable *writable = &writables->all[writables->count];
    writable->path = next_field(at, end);
    const char *source = next_field(at, end);
    writable->collect = *next_field(at, end) == '1';
    snprintf(name, sizeof name, SCRATCH_DIRECTORY, writables->count++);
    int to = make_directory(scratch, name);
    int from = *source == '\0' ? -1 : open(source, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (*source != '\0' && from < 0)
        contain_fail(source, strerror(errno));
    while (*at < end && **at != 'W') {
        char kind = *next_field(at, end);
        struct planned *planned = add_planned(writable, next_field(at, end), kind);
        if (kind == 'F')
            copy_file(planned, writable, from, to);
        else if (kind == 'D' ? mkdirat(to, planned->name, 0755) != 0
                             : kind != 'L' || symlinkat(next_field(at, end), to, planned->name) != 0)
            contain_fail(planned->name,
                         kind == 'D' || kind == 'L' ? strerror(errno) : "unknown entry of the scratch plan");
        writable->count++;
    }
    if (from >= 0)
        close(from);
    close(to);
    sort_planned(writable);
}

bool scratch_fill(int scratch, int from, struct writables *writables)
{
    size_t length = 0;
    const char *plan = read_plan(from, &length);
    if (plan == NULL)
        return false;
    umask(0);
    close(make_directory(scratch, SCRATCH_REPORT));
    for (const char *at = plan, *end = plan + length; at < end;) {
        if (*next_field(&at, end) != 'W')
            contain_fail("scratch plan", "does not begin with a directory");
        writables->all = resized(writables->all, (writables->count + 1) * sizeof *writables->all);
        writables->all[writables->count] = (struct writable){0};
        fill_directory(scratch, writables, &at, end);
    }
    umask(0077);
    return true;
}
