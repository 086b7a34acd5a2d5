/*
 * Functions that wait for children. Each child must have left a record of its own; one that has not was started in a
 * way that is not observed.
 */
#include "process.h"
#include "record.h"
#include "symbols.h"
#include "system.h"

enum { CHILD_IN_INFORMATION = sizeof(long) == 8 ? 16 : 12 }; /* si_pid in siginfo_t */

static int reaped(int process)
{
    if (process > 0)
        record_process(RECORD_REAPED, 0, (uint32_t)process, 0);
    return process;
}

EXPORT int wait(int *status)
{
    OBSERVE();
    return reaped(NEXT(wait, status));
}

EXPORT int waitpid(int process, int *status, int options)
{
    OBSERVE();
    return reaped(NEXT(waitpid, process, status, options));
}

#define WAIT_3(name)                                                                 \
    EXPORT int name(int *status, int options, void *usage)                           \
    {                                                                                \
        OBSERVE();                                                                   \
        return reaped(NEXT(name, status, options, usage));                           \
    }
WAIT_3(wait3)
WAIT_3(__wait3_time64)

#define WAIT_4(name)                                                                 \
    EXPORT int name(int process, int *status, int options, void *usage)              \
    {                                                                                \
        OBSERVE();                                                                   \
        return reaped(NEXT(name, process, status, options, usage));                  \
    }
WAIT_4(wait4)
WAIT_4(__wait4_time64)

EXPORT int waitid(int kind, uint32_t which, void *information, int options)
{
    OBSERVE();
    int result = NEXT(waitid, kind, which, information, options);
    if (result == 0 && information != 0)
        reaped(*(const int *)((const char *)information + CHILD_IN_INFORMATION));
    return result;
}
