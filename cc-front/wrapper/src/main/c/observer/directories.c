/* Functions that list directories, change the working directory, and change what is in directories. */
#include "errors.h"
#include "process.h"
#include "record.h"
#include "symbols.h"
#include "system.h"

EXPORT void *opendir(const char *path)
{
    OBSERVE();
    return record_pointer(RECORD_LISTED, path, NEXT_POINTER(opendir, path));
}

EXPORT void *fdopendir(int descriptor)
{
    char path[LONGEST_PATH];
    OBSERVE();
    void *result = NEXT_POINTER(fdopendir, descriptor);
    if (result != 0) {
        if (path_of_descriptor(descriptor, path) > 0)
            record_path(RECORD_LISTED, 0, AT_CWD, path);
        else
            record_gap(GAP_DIRECTORY);
    }
    return result;
}

#define SCAN(name)                                                                   \
    EXPORT int name(const char *path, void *names, void *filter, void *order)        \
    {                                                                                \
        OBSERVE();                                                                   \
        return record_result(RECORD_LISTED, AT_CWD, path, NEXT(name, path, names, filter, order)); \
    }
SCAN(scandir)
SCAN(scandir64)

#define SCAN_AT(name)                                                                \
    EXPORT int name(int directory, const char *path, void *names, void *filter, void *order) \
    {                                                                                \
        OBSERVE();                                                                   \
        return record_result(RECORD_LISTED, directory, path, NEXT(name, directory, path, names, filter, order)); \
    }
SCAN_AT(scandirat)
SCAN_AT(scandirat64)

EXPORT int chdir(const char *path)
{
    OBSERVE();
    int result = record_result(RECORD_SEEN, AT_CWD, path, NEXT(chdir, path));
    if (result == 0)
        record_directory();
    return result;
}

EXPORT int fchdir(int descriptor)
{
    OBSERVE();
    int result = NEXT(fchdir, descriptor);
    if (result == 0)
        record_directory();
    return result;
}

/* What a process makes is not an input of the job when it is looked for again. */
EXPORT int mkdir(const char *path, unsigned mode)
{
    OBSERVE();
    return record_result(RECORD_WRITTEN, AT_CWD, path, NEXT(mkdir, path, mode));
}

EXPORT int mkdirat(int directory, const char *path, unsigned mode)
{
    OBSERVE();
    return record_result(RECORD_WRITTEN, directory, path, NEXT(mkdirat, directory, path, mode));
}

EXPORT int symlink(const char *text, const char *path)
{
    OBSERVE();
    return record_result(RECORD_WRITTEN, AT_CWD, path, NEXT(symlink, text, path));
}

EXPORT int symlinkat(const char *text, int directory, const char *path)
{
    OBSERVE();
    return record_result(RECORD_WRITTEN, directory, path, NEXT(symlinkat, text, directory, path));
}

static int linked(int from, const char *old, int to, const char *path, int result, _Bool moved)
{
    if (result == 0) {
        record_path(moved ? RECORD_REMOVED : RECORD_SEEN, 0, from, old);
        record_path(RECORD_WRITTEN, 0, to, path);
    } else if (*error_number() == ERROR_EXISTS) {
        record_path(RECORD_SEEN, 0, to, path);
    } else {
        record_look(RECORD_SEEN, from, old, *error_number());
    }
    return result;
}

EXPORT int link(const char *old, const char *path)
{
    OBSERVE();
    return linked(AT_CWD, old, AT_CWD, path, NEXT(link, old, path), 0);
}

EXPORT int linkat(int from, const char *old, int to, const char *path, int flags)
{
    OBSERVE();
    return linked(from, old, to, path, NEXT(linkat, from, old, to, path, flags), 0);
}

EXPORT int rename(const char *old, const char *path)
{
    OBSERVE();
    return linked(AT_CWD, old, AT_CWD, path, NEXT(rename, old, path), 1);
}

EXPORT int renameat(int from, const char *old, int to, const char *path)
{
    OBSERVE();
    return linked(from, old, to, path, NEXT(renameat, from, old, to, path), 1);
}

EXPORT int renameat2(int from, const char *old, int to, const char *path, unsigned flags)
{
    OBSERVE();
    return linked(from, old, to, path, NEXT(renameat2, from, old, to, path, flags), 1);
}

/* That there was nothing to remove changes nothing that a program makes. */
static int removed(int directory, const char *path, int result)
{
    if (result == 0)
        record_path(RECORD_REMOVED, 0, directory, path);
    return result;
}

#define REMOVE(name)                                                                 \
    EXPORT int name(const char *path)                                                \
    {                                                                                \
        OBSERVE();                                                                   \
        return removed(AT_CWD, path, NEXT(name, path));                              \
    }
REMOVE(unlink)
REMOVE(rmdir)
REMOVE(remove)

EXPORT int unlinkat(int directory, const char *path, int flags)
{
    OBSERVE();
    return removed(directory, path, NEXT(unlinkat, directory, path, flags));
}

static int made(const char *path, int result)
{
    if (result >= 0)
        record_path(RECORD_WRITTEN, 0, AT_CWD, path);
    return result;
}

#define TEMPORARY(name, parameters, ...)                                             \
    EXPORT int name parameters                                                       \
    {                                                                                \
        OBSERVE();                                                                   \
        return made(path, NEXT(name, __VA_ARGS__));                                  \
    }
TEMPORARY(mkstemp, (char *path), path)
TEMPORARY(mkstemp64, (char *path), path)
TEMPORARY(mkostemp, (char *path, int flags), path, flags)
TEMPORARY(mkostemp64, (char *path, int flags), path, flags)
TEMPORARY(mkstemps, (char *path, int suffix), path, suffix)
TEMPORARY(mkstemps64, (char *path, int suffix), path, suffix)
TEMPORARY(mkostemps, (char *path, int suffix, int flags), path, suffix, flags)
TEMPORARY(mkostemps64, (char *path, int suffix, int flags), path, suffix, flags)

EXPORT char *mkdtemp(char *path)
{
    OBSERVE();
    char *result = NEXT_POINTER(mkdtemp, path);
    made(path, result != 0 ? 0 : -1);
    return result;
}

/* Here libc looks by itself. */
#define TREE_WALK(name, parameters, ...)                                             \
    EXPORT int name parameters                                                       \
    {                                                                                \
        OBSERVE();                                                                   \
        record_gap(GAP_TREE_WALK);                                           \
        return NEXT(name, __VA_ARGS__);                                              \
    }
TREE_WALK(glob, (const char *pattern, int flags, void *error, void *paths), pattern, flags, error, paths)
TREE_WALK(glob64, (const char *pattern, int flags, void *error, void *paths), pattern, flags, error, paths)
TREE_WALK(ftw, (const char *path, void *visit, int files), path, visit, files)
TREE_WALK(ftw64, (const char *path, void *visit, int files), path, visit, files)
TREE_WALK(nftw, (const char *path, void *visit, int files, int flags), path, visit, files, flags)
TREE_WALK(nftw64, (const char *path, void *visit, int files, int flags), path, visit, files, flags)
TREE_WALK(wordexp, (const char *words, void *result, int flags), words, result, flags)

EXPORT void *fts_open(char *const *paths, int flags, void *order)
{
    OBSERVE();
    record_gap(GAP_TREE_WALK);
    return NEXT_POINTER(fts_open, paths, flags, order);
}
