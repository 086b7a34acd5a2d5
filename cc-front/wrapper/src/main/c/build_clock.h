/* The clock of `floe run`. */
#ifndef FLOE_BUILD_CLOCK_H
#define FLOE_BUILD_CLOCK_H

#include <time.h>

/* Of a clock that only goes forward. */
static inline long build_milliseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000L + time.tv_nsec / 1000000;
}

#endif
