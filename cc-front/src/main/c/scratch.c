/*
 * Nothing here trusts a name in the scratch directory: each step opens one component without following a link, and a file is read
 * through the descriptor whose type was checked.
 */
#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "contain.h"

enum { MAX_PLAN_BYTES = 256 << 20, MAX_RESULTS = 10000, MAX_DEPTH = 200 };
enum { MAX_INDEX_BYTES = 4 << 20, MAX_STATUS_BYTES = 1024, COPY_BYTES = 1 << 16 };

/* Something that stood before the command ran. */
struct planned {
    const char *name;
    char kind;
    ino_t source; /* of a file that other files of the plan are hard links to; 0: of none */
    struct stat made;
};

struct writable {
    const char *path;
    bool collect;
    struct planned *planned;
    size_t count;
    size_t room;
};

static struct writable *writables;
static unsigned writable_count;

static void *resized(void *memory, size_t bytes)
{
    void *bigger = realloc(memory, bytes);
    if (bigger == NULL)
        contain_fail("memory", strerror(ENOMEM));
    return bigger;
}

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

static void copy(int from, int to, const char *name)
{
    static char bytes[COPY_BYTES];
    ssize_t n;
    while ((n = sendfile(to, from, NULL, 1 << 30)) > 0)
        ;
    if (n < 0 && (errno == EINVAL || errno == ENOSYS)) {
        while ((n = read(from, bytes, sizeof bytes)) > 0)
            for (ssize_t at = 0, written; at < n; at += written)
                if ((written = write(to, bytes + at, (size_t)(n - at))) < 0)
                    contain_fail(name, strerror(errno));
    }
    if (n < 0)
        contain_fail(name, strerror(errno));
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
        copy(in, out, file->name);
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

static int by_name(const void *one, const void *other)
{
    return strcmp(((const struct planned *)one)->name, ((const struct planned *)other)->name);
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
static void fill_directory(int scratch, const char **at, const char *end)
{
    char name[16];
    struct writable *writable = &writables[writable_count];
    writable->path = next_field(at, end);
    const char *source = next_field(at, end);
    writable->collect = *next_field(at, end) == '1';
    snprintf(name, sizeof name, SCRATCH_DIRECTORY, writable_count++);
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
    qsort(writable->planned, writable->count, sizeof *writable->planned, by_name);
}

bool scratch_fill(int scratch, int from)
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
        writables = resized(writables, (writable_count + 1) * sizeof *writables);
        writables[writable_count] = (struct writable){0};
        fill_directory(scratch, &at, end);
    }
    umask(0077);
    return true;
}

struct collection {
    int results;
    unsigned long long room; /* bytes that results may still take */
    FILE *index;
    unsigned count;
    unsigned directory;
};

static const struct planned *find_planned(const struct writable *writable, const char *name)
{
    const struct planned key = {.name = name};
    return writable->count == 0 ? NULL : bsearch(&key, writable->planned, writable->count, sizeof key, by_name);
}

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
    copy(in, out, "cannot write a result");
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
    const struct writable *writable = &writables[to->directory];
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

void scratch_collect(int scratch, int results, unsigned long long most)
{
    struct collection to = {.results = results, .room = most + MAX_STATUS_BYTES};
    int report = openat(scratch, SCRATCH_REPORT, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (copy_result(scratch, SCRATCH_OUTPUT, &to, SCRATCH_OUTPUT, 0) < 0 ||
        copy_result(scratch, SCRATCH_ERROR, &to, SCRATCH_ERROR, 0) < 0)
        contain_fail("the command's output", "cannot be read");
    if (report >= 0)
        copy_result(report, "status", &to, "status", MAX_STATUS_BYTES);
    int fd = openat(results, "index.part", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    to.index = fd < 0 ? NULL : fdopen(fd, "w");
    if (to.index == NULL)
        contain_fail("cannot write a result", strerror(errno));
    for (; to.directory < writable_count; to.directory++) {
        char name[16];
        if (!writables[to.directory].collect)
            continue;
        snprintf(name, sizeof name, SCRATCH_DIRECTORY, to.directory);
        int directory = openat(scratch, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (directory < 0)
            contain_fail(writables[to.directory].path, strerror(errno));
        collect_directory(&to, directory, "", 0);
    }
    if (ferror(to.index) != 0 || fclose(to.index) != 0 || renameat(results, "index.part", results, "index") != 0)
        contain_fail("cannot write a result", strerror(errno));
}
