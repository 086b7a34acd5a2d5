/* The functions that ours stand before. */
#ifndef FLOE_OBSERVER_SYMBOLS_H
#define FLOE_OBSERVER_SYMBOLS_H

/*
 * The definition of a function that the program would have had without this library; where there is none, that of the
 * name without "64" (musl has the same function under both names, and does not show the longer one). Null if there is
 * none. The place remembers it.
 */
void *next_function(void **place, const char *name);

/* Calls what stands behind the function of this name. Without one the call fails as one that the kernel lacks. */
#define NEXT_OR(failure, name, ...)                                                       \
    ({                                                                                    \
        static void *place_;                                                              \
        __typeof__(&name) next_ = (__typeof__(&name))next_function(&place_, #name);       \
        next_ != 0 ? next_(__VA_ARGS__) : (no_function(), (__typeof__(next_(__VA_ARGS__)))failure); \
    })
#define NEXT(name, ...) NEXT_OR(-1, name, __VA_ARGS__)
#define NEXT_POINTER(name, ...) NEXT_OR(0, name, __VA_ARGS__)

/* Sets errno, and records it. */
void no_function(void);

#endif
