/* Functions that ask for variables, the clock, random bytes and what machine this is. */
#include <stdarg.h>

#include "process.h"
#include "record.h"
#include "symbols.h"
#include "system.h"

enum { CONFIGURED_PROCESSORS = 83, PROCESSORS = 84, PAGES = 85, FREE_PAGES = 86 };

static char *variable(const char *name, char *value)
{
    record_variable(name, value != 0);
    return value;
}

#define GET_VARIABLE(name)                                                           \
    EXPORT char *name(const char *which)                                             \
    {                                                                                \
        OBSERVE();                                                                   \
        return variable(which, NEXT_POINTER(name, which));                           \
    }
GET_VARIABLE(getenv)
GET_VARIABLE(secure_getenv)
GET_VARIABLE(__secure_getenv)

extern char **environ __attribute__((weak));

/* A variable that libc itself reads in the function that was called. */
static void implied(const char *name)
{
    uint32_t length = length_of(name);
    for (char **next = &environ != 0 ? environ : 0; next != 0 && *next != 0; next++)
        if (begins_with(*next, name) && (*next)[length] == '=') {
            record_variable(name, 1);
            return;
        }
    record_variable(name, 0);
}

static void implied_locale(void)
{
    static const char *const names[] = {
        "LC_ALL", "LANG", "LOCPATH", "LC_CTYPE", "LC_NUMERIC", "LC_TIME", "LC_COLLATE", "LC_MONETARY", "LC_MESSAGES",
        "LC_PAPER", "LC_NAME", "LC_ADDRESS", "LC_TELEPHONE", "LC_MEASUREMENT", "LC_IDENTIFICATION",
    };
    for (uint32_t i = 0; i < sizeof names / sizeof *names; i++)
        implied(names[i]);
}

/* With an empty name, the locale is that of the environment. */
EXPORT char *setlocale(int category, const char *name)
{
    OBSERVE();
    if (name != 0 && name[0] == '\0')
        implied_locale();
    return NEXT_POINTER(setlocale, category, name);
}

EXPORT void *newlocale(int mask, const char *name, void *base)
{
    OBSERVE();
    if (name != 0 && name[0] == '\0')
        implied_locale();
    return NEXT_POINTER(newlocale, mask, name, base);
}

EXPORT char *bindtextdomain(const char *domain, const char *directory)
{
    OBSERVE();
    implied("LANGUAGE");
    implied("OUTPUT_CHARSET");
    return NEXT_POINTER(bindtextdomain, domain, directory);
}

EXPORT void *iconv_open(const char *to, const char *from)
{
    OBSERVE();
    implied("GCONV_PATH");
    return NEXT_OR((-1), iconv_open, to, from);
}

#define GET_OPTION(name, parameters, ...)                                            \
    EXPORT int name parameters                                                       \
    {                                                                                \
        OBSERVE();                                                                   \
        implied("POSIXLY_CORRECT");                                                  \
        return NEXT(name, __VA_ARGS__);                                              \
    }
GET_OPTION(getopt, (int count, char *const *arguments, const char *options), count, arguments, options)
GET_OPTION(getopt_long, (int count, char *const *arguments, const char *options, const void *names, int *index),
           count, arguments, options, names, index)
GET_OPTION(getopt_long_only, (int count, char *const *arguments, const char *options, const void *names, int *index),
           count, arguments, options, names, index)

#define USES_ZONE(type, name, parameters, ...)                                       \
    EXPORT type name parameters                                                      \
    {                                                                                \
        OBSERVE();                                                                   \
        implied("TZ");                                                               \
        return NEXT_POINTER(name, __VA_ARGS__);                                      \
    }
USES_ZONE(void *, localtime, (const void *time), time)
USES_ZONE(void *, localtime_r, (const void *time, void *result), time, result)
USES_ZONE(void *, __localtime64, (const void *time), time)
USES_ZONE(void *, __localtime64_r, (const void *time, void *result), time, result)
USES_ZONE(char *, ctime, (const void *time), time)
USES_ZONE(char *, ctime_r, (const void *time, void *result), time, result)
USES_ZONE(long, mktime, (void *time), time)
USES_ZONE(long long, __mktime64, (void *time), time)

/* With SOURCE_DATE_EPOCH, a compiler makes its dates by these. */
#define USES_CALENDAR(name, parameters, ...)                                         \
    EXPORT void *name parameters                                                     \
    {                                                                                \
        OBSERVE();                                                                   \
        record_query(QUERY_CALENDAR);                                                \
        return NEXT_POINTER(name, __VA_ARGS__);                                      \
    }
USES_CALENDAR(gmtime, (const void *time), time)
USES_CALENDAR(gmtime_r, (const void *time, void *result), time, result)
USES_CALENDAR(__gmtime64, (const void *time), time)
USES_CALENDAR(__gmtime64_r, (const void *time, void *result), time, result)

EXPORT long time(long *result)
{
    OBSERVE();
    record_query(QUERY_DATE);
    return NEXT(time, result);
}

EXPORT long long __time64(long long *result)
{
    OBSERVE();
    record_query(QUERY_DATE);
    return NEXT(__time64, result);
}

#define CLOCK(name, what, parameters, ...)                                           \
    EXPORT int name parameters                                                       \
    {                                                                                \
        OBSERVE();                                                                   \
        record_query(what);                                                         \
        return NEXT(name, __VA_ARGS__);                                              \
    }
CLOCK(gettimeofday, QUERY_TIME_OF_DAY, (void *time, void *zone), time, zone)
CLOCK(__gettimeofday64, QUERY_TIME_OF_DAY, (void *time, void *zone), time, zone)
CLOCK(timespec_get, QUERY_REALTIME_CLOCK, (void *time, int base), time, base)
CLOCK(__timespec_get64, QUERY_REALTIME_CLOCK, (void *time, int base), time, base)
CLOCK(ftime, QUERY_TIME_OF_DAY, (void *time), time)

/* Clocks that know the date: REALTIME, REALTIME_COARSE, REALTIME_ALARM, TAI. */
static enum query of_clock(int clock)
{
    return clock == 0 || clock == 5 || clock == 8 || clock == 11 ? QUERY_REALTIME_CLOCK : QUERY_OTHER_CLOCK;
}
CLOCK(clock_gettime, of_clock(clock), (int clock, void *time), clock, time)
CLOCK(__clock_gettime64, of_clock(clock), (int clock, void *time), clock, time)

EXPORT long getrandom(void *buffer, unsigned long size, unsigned flags)
{
    OBSERVE();
    record_query(QUERY_RANDOM);
    return NEXT(getrandom, buffer, size, flags);
}

CLOCK(getentropy, QUERY_RANDOM, (void *buffer, unsigned long size), buffer, size)

EXPORT unsigned arc4random(void)
{
    OBSERVE();
    record_query(QUERY_RANDOM);
    return NEXT(arc4random);
}

EXPORT unsigned arc4random_uniform(unsigned bound)
{
    OBSERVE();
    record_query(QUERY_RANDOM);
    return NEXT(arc4random_uniform, bound);
}

EXPORT void arc4random_buf(void *buffer, unsigned long size)
{
    static void *place;
    OBSERVE();
    record_query(QUERY_RANDOM);
    void (*next)(void *, unsigned long) = (void (*)(void *, unsigned long))next_function(&place, "arc4random_buf");
    if (next == 0)
        __builtin_trap(); /* it cannot fail, and nobody may go on without random bytes */
    next(buffer, size);
}

CLOCK(gethostname, QUERY_HOST_NAME, (char *name, unsigned long size), name, size)
CLOCK(__gethostname_chk, QUERY_HOST_NAME, (char *name, unsigned long size, unsigned long room), name, size, room)
CLOCK(getdomainname, QUERY_HOST_NAME, (char *name, unsigned long size), name, size)
CLOCK(uname, QUERY_SYSTEM_NAME, (void *names), names)
CLOCK(get_nprocs, QUERY_PROCESSORS, (void))
CLOCK(get_nprocs_conf, QUERY_PROCESSORS, (void))
CLOCK(sched_getaffinity, QUERY_PROCESSORS, (int process, unsigned long size, void *set), process, size, set)
CLOCK(pthread_getaffinity_np, QUERY_PROCESSORS, (unsigned long thread, unsigned long size, void *set),
      thread, size, set)
CLOCK(sched_getcpu, QUERY_PROCESSORS, (void))
CLOCK(sysinfo, QUERY_MEMORY, (void *information), information)

EXPORT int getcpu(unsigned *processor, unsigned *node)
{
    OBSERVE();
    record_query(QUERY_PROCESSORS);
    return NEXT(getcpu, processor, node);
}

EXPORT long sysconf(int name)
{
    OBSERVE();
    if (name == CONFIGURED_PROCESSORS || name == PROCESSORS)
        record_query(QUERY_PROCESSORS);
    else if (name == PAGES || name == FREE_PAGES)
        record_query(QUERY_MEMORY);
    return NEXT(sysconf, name);
}

#define USER(name, type, parameters, ...)                                            \
    EXPORT type name parameters                                                      \
    {                                                                                \
        OBSERVE();                                                                   \
        record_query(QUERY_USER);                                                  \
        return NEXT_POINTER(name, __VA_ARGS__);                                      \
    }
USER(getpwuid, void *, (unsigned user), user)
USER(getpwnam, void *, (const char *name), name)
USER(getlogin, char *, (void))

EXPORT int getpwuid_r(unsigned user, void *entry, char *buffer, unsigned long size, void **result)
{
    OBSERVE();
    record_query(QUERY_USER);
    return NEXT_OR(ERROR_NO_SYSTEM_CALL, getpwuid_r, user, entry, buffer, size, result);
}

EXPORT int getpwnam_r(const char *name, void *entry, char *buffer, unsigned long size, void **result)
{
    OBSERVE();
    record_query(QUERY_USER);
    return NEXT_OR(ERROR_NO_SYSTEM_CALL, getpwnam_r, name, entry, buffer, size, result);
}

/* System calls by number. */
EXPORT long syscall(long number, ...)
{
    static const int of_paths[] = {RAW_PATH_CALLS, CALL_OPENAT2, CALL_FACCESSAT2};
    va_list list;
    long arguments[6];
    OBSERVE();
    va_start(list, number);
    for (int i = 0; i < 6; i++)
        arguments[i] = va_arg(list, long);
    va_end(list);
    for (uint32_t i = 0; i < sizeof of_paths / sizeof *of_paths; i++)
        if (of_paths[i] == number)
            record_gap(GAP_RAW_CALL);
    if (number == CALL_GETRANDOM)
        record_query(QUERY_RANDOM);
    return NEXT(syscall, number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
}
