/* Functions that open, look at, list and change files. */
#include <stdarg.h>

#include "errors.h"
#include "process.h"
#include "record.h"
#include "symbols.h"
#include "system.h"

typedef unsigned mode;

static _Bool takes_mode(int flags) { return (flags & OPEN_CREATE) != 0 || (flags & OPEN_TEMPORARY) == OPEN_TEMPORARY; }

static int opened(int directory, const char *path, int flags, int result)
{
    if (result < 0 || (flags & OPEN_ACCESS_MODE) == 0) {
        record_result(RECORD_READ, directory, path, result);
        if (result >= 0 && path[0] == '/' && (same_text(path, "/dev/urandom") || same_text(path, "/dev/random")))
            record_query(QUERY_RANDOM);
    } else {
        record_path(RECORD_WRITTEN, (flags & (OPEN_TRUNCATE | OPEN_EXCLUSIVE)) == 0, directory, path);
    }
    return result;
}

#define OPEN(name)                                                                   \
    EXPORT int name(const char *path, int flags, ...)                                \
    {                                                                                \
        va_list list;                                                                \
        va_start(list, flags);                                                       \
        mode bits = takes_mode(flags) ? va_arg(list, mode) : 0;                      \
        va_end(list);                                                                \
        OBSERVE();                                                                   \
        return opened(AT_CWD, path, flags, NEXT(name, path, flags, bits));           \
    }
OPEN(open)
OPEN(open64)

#define OPEN_AT(name)                                                                \
    EXPORT int name(int directory, const char *path, int flags, ...)                 \
    {                                                                                \
        va_list list;                                                                \
        va_start(list, flags);                                                       \
        mode bits = takes_mode(flags) ? va_arg(list, mode) : 0;                      \
        va_end(list);                                                                \
        OBSERVE();                                                                   \
        return opened(directory, path, flags, NEXT(name, directory, path, flags, bits)); \
    }
OPEN_AT(openat)
OPEN_AT(openat64)

/* What _FORTIFY_SOURCE makes of open without a mode. */
#define OPEN_2(name)                                                                 \
    EXPORT int name(const char *path, int flags)                                     \
    {                                                                                \
        OBSERVE();                                                                   \
        return opened(AT_CWD, path, flags, NEXT(name, path, flags));                 \
    }
OPEN_2(__open_2)
OPEN_2(__open64_2)

#define OPEN_AT_2(name)                                                              \
    EXPORT int name(int directory, const char *path, int flags)                      \
    {                                                                                \
        OBSERVE();                                                                   \
        return opened(directory, path, flags, NEXT(name, directory, path, flags));   \
    }
OPEN_AT_2(__openat_2)
OPEN_AT_2(__openat64_2)

#define CREATE(name)                                                                 \
    EXPORT int name(const char *path, mode bits)                                     \
    {                                                                                \
        OBSERVE();                                                                   \
        return record_result(RECORD_WRITTEN, AT_CWD, path, NEXT(name, path, bits));  \
    }
CREATE(creat)
CREATE(creat64)

static void *stream_opened(const char *path, const char *how, void *stream)
{
    int flags = 0;
    for (const char *next = how; next != 0 && *next != '\0' && *next != ','; next++)
        flags |= *next == '+'   ? OPEN_READ_WRITE
                 : *next == 'w' ? OPEN_WRITE_ONLY | OPEN_TRUNCATE
                 : *next == 'a' ? OPEN_WRITE_ONLY
                                : 0;
    if ((flags & OPEN_READ_WRITE) != 0)
        flags &= ~OPEN_WRITE_ONLY;
    opened(AT_CWD, path, flags, stream != 0 ? 0 : -1);
    return stream;
}

#define STREAM(name)                                                                 \
    EXPORT void *name(const char *path, const char *how)                             \
    {                                                                                \
        OBSERVE();                                                                   \
        return stream_opened(path, how, NEXT_POINTER(name, path, how));              \
    }
STREAM(fopen)
STREAM(fopen64)

/* Without a path the stream is opened again with another mode. */
#define STREAM_AGAIN(name)                                                           \
    EXPORT void *name(const char *path, const char *how, void *stream)               \
    {                                                                                \
        OBSERVE();                                                                   \
        void *result = NEXT_POINTER(name, path, how, stream);                        \
        return path != 0 ? stream_opened(path, how, result) : result;                \
    }
STREAM_AGAIN(freopen)
STREAM_AGAIN(freopen64)

#define STATUS(name)                                                                 \
    EXPORT int name(const char *path, void *status)                                  \
    {                                                                                \
        OBSERVE();                                                                   \
        return record_result(RECORD_SEEN, AT_CWD, path, NEXT(name, path, status));   \
    }
STATUS(stat)
STATUS(stat64)
STATUS(lstat)
STATUS(lstat64)
STATUS(__stat64_time64)
STATUS(__lstat64_time64)
STATUS(__stat_time64)
STATUS(__lstat_time64)
STATUS(statfs)
STATUS(statfs64)
STATUS(statvfs)
STATUS(statvfs64)

/* The functions behind stat before glibc 2.33. */
#define STATUS_OF_VERSION(name)                                                      \
    EXPORT int name(int version, const char *path, void *status)                     \
    {                                                                                \
        OBSERVE();                                                                   \
        return record_result(RECORD_SEEN, AT_CWD, path, NEXT(name, version, path, status)); \
    }
STATUS_OF_VERSION(__xstat)
STATUS_OF_VERSION(__xstat64)
STATUS_OF_VERSION(__lxstat)
STATUS_OF_VERSION(__lxstat64)

#define STATUS_AT(name)                                                              \
    EXPORT int name(int directory, const char *path, void *status, int flags)        \
    {                                                                                \
        OBSERVE();                                                                   \
        return record_result(RECORD_SEEN, directory, path, NEXT(name, directory, path, status, flags)); \
    }
STATUS_AT(fstatat)
STATUS_AT(fstatat64)
STATUS_AT(__fstatat64_time64)
STATUS_AT(__fstatat_time64)

#define STATUS_OF_VERSION_AT(name)                                                   \
    EXPORT int name(int version, int directory, const char *path, void *status, int flags) \
    {                                                                                \
        OBSERVE();                                                                   \
        return record_result(RECORD_SEEN, directory, path, NEXT(name, version, directory, path, status, flags)); \
    }
STATUS_OF_VERSION_AT(__fxstatat)
STATUS_OF_VERSION_AT(__fxstatat64)

EXPORT int statx(int directory, const char *path, int flags, unsigned mask, void *status)
{
    OBSERVE();
    return record_result(RECORD_SEEN, directory, path, NEXT(statx, directory, path, flags, mask, status));
}

#define ACCESS(name)                                                                 \
    EXPORT int name(const char *path, int how)                                       \
    {                                                                                \
        OBSERVE();                                                                   \
        return record_result(RECORD_SEEN, AT_CWD, path, NEXT(name, path, how));      \
    }
ACCESS(access)
ACCESS(eaccess)
ACCESS(euidaccess)

EXPORT int faccessat(int directory, const char *path, int how, int flags)
{
    OBSERVE();
    return record_result(RECORD_SEEN, directory, path, NEXT(faccessat, directory, path, how, flags));
}

/* The answer -1 without an error means that there is no limit; many answers are given without a look at the path. */
EXPORT long pathconf(const char *path, int name)
{
    OBSERVE();
    int before = *error_number();
    *error_number() = 0;
    long result = NEXT(pathconf, path, name);
    int error = *error_number();
    if (error == 0)
        *error_number() = before;
    else if (error != ERROR_INVALID)
        record_look(RECORD_SEEN, AT_CWD, path, error);
    return result;
}

/* What is no link is there. */
static long link_read(int directory, const char *path, long result)
{
    if (result < 0 && *error_number() == ERROR_INVALID)
        record_look(RECORD_SEEN, directory, path, 0);
    else
        record_result(RECORD_SEEN, directory, path, result < 0 ? -1 : 0);
    return result;
}

EXPORT long readlink(const char *path, char *buffer, unsigned long size)
{
    OBSERVE();
    return link_read(AT_CWD, path, NEXT(readlink, path, buffer, size));
}

EXPORT long __readlink_chk(const char *path, char *buffer, unsigned long size, unsigned long room)
{
    OBSERVE();
    return link_read(AT_CWD, path, NEXT(__readlink_chk, path, buffer, size, room));
}

EXPORT long readlinkat(int directory, const char *path, char *buffer, unsigned long size)
{
    OBSERVE();
    return link_read(directory, path, NEXT(readlinkat, directory, path, buffer, size));
}

EXPORT long __readlinkat_chk(int directory, const char *path, char *buffer, unsigned long size, unsigned long room)
{
    OBSERVE();
    return link_read(directory, path, NEXT(__readlinkat_chk, directory, path, buffer, size, room));
}

EXPORT char *realpath(const char *path, char *resolved)
{
    OBSERVE();
    return record_pointer(RECORD_SEEN, path, NEXT_POINTER(realpath, path, resolved));
}

EXPORT char *__realpath_chk(const char *path, char *resolved, unsigned long room)
{
    OBSERVE();
    return record_pointer(RECORD_SEEN, path, NEXT_POINTER(__realpath_chk, path, resolved, room));
}

EXPORT char *canonicalize_file_name(const char *path)
{
    OBSERVE();
    return record_pointer(RECORD_SEEN, path, NEXT_POINTER(canonicalize_file_name, path));
}
