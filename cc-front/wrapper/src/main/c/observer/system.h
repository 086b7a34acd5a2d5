/*
 * System calls without a C library, and the few numbers of the kernel and of ELF that the observer needs. No header of
 * a C library is included, because the library has to work under each of them.
 */
#ifndef FLOE_OBSERVER_SYSTEM_H
#define FLOE_OBSERVER_SYSTEM_H

#include <stdint.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the record is little-endian"
#endif

enum {
    AT_CWD = -100,
    OPEN_ACCESS_MODE = 3,
    OPEN_WRITE_ONLY = 1,
    OPEN_READ_WRITE = 2,
    OPEN_CREATE = 0100,
    OPEN_EXCLUSIVE = 0200,
    OPEN_TRUNCATE = 01000,
    OPEN_CLOSE_ON_EXEC = 02000000,
    OPEN_TEMPORARY = 020000000,
    MAY_EXECUTE = 1,
    SEEK_TO_END = 2,
    MAP_READ_WRITE = 3,
    MAP_IS_SHARED = 1,
    ERROR_INTERRUPTED = 4,
    ERROR_BAD_DESCRIPTOR = 9,
    ERROR_BAD_ADDRESS = 14,
    ERROR_EXISTS = 17,
    ERROR_INVALID = 22,
    ERROR_NAME_TOO_LONG = 36,
    ERROR_NO_SYSTEM_CALL = 38,
    LONGEST_PATH = 4096,
};

/* RAW_PATH_CALLS: calls by number that look at paths or start programs, for programs that go through syscall(). */
#if defined __x86_64__
#define ELF_MACHINE 62
enum {
    CALL_READ = 0, CALL_CLOSE = 3, CALL_LSEEK = 8, CALL_MMAP = 9, CALL_YIELD = 24, CALL_GETPID = 39,
    CALL_FTRUNCATE = 77, CALL_GETCWD = 79, CALL_OPENAT = 257, CALL_READLINKAT = 267,
    CALL_FACCESSAT = 269, CALL_GETRANDOM = 318,
};
#define RAW_PATH_CALLS 2, 4, 6, 21, 59, 85, 89, 257, 262, 267, 269, 322, 332
static inline long system_call(long number, long a, long b, long c, long d, long e, long f)
{
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined __i386__
#define ELF_MACHINE 3
enum {
    CALL_READ = 3, CALL_CLOSE = 6, CALL_LSEEK = 19, CALL_MMAP = 90, CALL_YIELD = 158, CALL_GETPID = 20,
    CALL_FTRUNCATE = 93, CALL_GETCWD = 183, CALL_OPENAT = 295, CALL_READLINKAT = 305,
    CALL_FACCESSAT = 307, CALL_GETRANDOM = 355,
};
#define RAW_PATH_CALLS 5, 8, 11, 33, 85, 106, 107, 195, 196, 295, 300, 305, 307, 358, 383
static inline long system_call(long number, long a, long b, long c, long d, long e, long f)
{
    long result;
    (void)e, (void)f; /* mmap has its six in memory */
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d) : "memory");
    return result;
}
#elif defined __aarch64__
#define ELF_MACHINE 183
enum {
    CALL_GETCWD = 17, CALL_FTRUNCATE = 46, CALL_FACCESSAT = 48, CALL_OPENAT = 56, CALL_CLOSE = 57, CALL_LSEEK = 62,
    CALL_READ = 63, CALL_READLINKAT = 78, CALL_YIELD = 124, CALL_GETPID = 172, CALL_MMAP = 222, CALL_GETRANDOM = 278,
};
#define RAW_PATH_CALLS 48, 56, 78, 79, 221, 281, 291
static inline long system_call(long number, long a, long b, long c, long d, long e, long f)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
    return x0;
}
#elif defined __arm__
#define ELF_MACHINE 40
enum {
    CALL_READ = 3, CALL_CLOSE = 6, CALL_LSEEK = 19, CALL_MMAP = 192, CALL_YIELD = 158, CALL_GETPID = 20,
    CALL_FTRUNCATE = 93, CALL_GETCWD = 183, CALL_OPENAT = 322, CALL_READLINKAT = 332,
    CALL_FACCESSAT = 334, CALL_GETRANDOM = 384,
};
#define RAW_PATH_CALLS 5, 8, 11, 33, 85, 106, 107, 195, 196, 322, 327, 332, 334, 387, 397
static inline long system_call(long number, long a, long b, long c, long d, long e, long f)
{
    register long r7 __asm__("r7") = number;
    register long r0 __asm__("r0") = a;
    register long r1 __asm__("r1") = b;
    register long r2 __asm__("r2") = c;
    register long r3 __asm__("r3") = d;
    register long r4 __asm__("r4") = e;
    register long r5 __asm__("r5") = f;
    __asm__ volatile("svc 0" : "+r"(r0) : "r"(r7), "r"(r1), "r"(r2), "r"(r3), "r"(r4), "r"(r5) : "memory");
    return r0;
}
#else
#error "the observer knows x86_64, i386, aarch64 and arm"
#endif

/* Newer than the numbers above, and the same on each of them. */
enum { CALL_OPENAT2 = 437, CALL_FACCESSAT2 = 439 };

#define IS_FAILURE(result) ((unsigned long)(result) >= -4095UL)

#define SYSTEM_CALL(number, a, b, c, d) system_call(number, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)

static inline void *map_shared(int file, unsigned long size)
{
#if defined __i386__
    const unsigned long arguments[] = {0, size, MAP_READ_WRITE, MAP_IS_SHARED, (unsigned long)file, 0};
    return (void *)SYSTEM_CALL(CALL_MMAP, arguments, 0, 0, 0);
#else
    return (void *)system_call(CALL_MMAP, 0, (long)size, MAP_READ_WRITE, MAP_IS_SHARED, file, 0);
#endif
}

static inline uint32_t process_id(void) { return (uint32_t)SYSTEM_CALL(CALL_GETPID, 0, 0, 0, 0); }

static inline uint32_t length_of(const char *text)
{
    const char *end = text;
    while (*end != '\0')
        end++;
    return (uint32_t)(end - text);
}

static inline _Bool same_text(const char *one, const char *other)
{
    while (*one != '\0' && *one == *other)
        one++, other++;
    return *one == *other;
}

static inline _Bool begins_with(const char *text, const char *beginning)
{
    while (*beginning != '\0')
        if (*text++ != *beginning++)
            return 0;
    return 1;
}

static inline _Bool has_slash(const char *text)
{
    for (; *text != '\0'; text++)
        if (*text == '/')
            return 1;
    return 0;
}

/* Returns the end of what it copied. */
static inline char *copy_bytes(char *to, const char *from, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        to[i] = from[i];
    return to + length;
}

#define EXPORT __attribute__((visibility("default")))

#endif
