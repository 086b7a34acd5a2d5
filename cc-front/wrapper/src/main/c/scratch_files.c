#include "scratch_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "contain_error.h"

enum { COPY_BYTES = 1 << 16 };

void *resized(void *memory, size_t bytes)
{
    void *bigger = realloc(memory, bytes);
    if (bigger == NULL)
        contain_fail("memory", strerror(ENOMEM));
    return bigger;
}

void copy_bytes(int from, int to, const char *name)
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

static int by_name(const void *one, const void *other)
{
    return strcmp(((const struct planned *)one)->name, ((const struct planned *)other)->name);
}

void sort_planned(struct writable *writable)
{
    qsort(writable->planned, writable->count, sizeof *writable->planned, by_name);
}

const struct planned *find_planned(const struct writable *writable, const char *name)
{
    const struct planned key = {.name = name};
    return writable->count == 0 ? NULL : bsearch(&key, writable->planned, writable->count, sizeof key, by_name);
}
