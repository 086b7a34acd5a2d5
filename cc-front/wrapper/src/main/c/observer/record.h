/*
 * The record of what the programs of one job asked the system. All of them write into one file, "record" in the
 * directory that FLOE_OBSERVE names, which each maps as shared memory. A record is there once it is written, so
 * nothing is lost when a program is killed, and a program and its vfork child cannot garble each other's.
 *
 * The file, little-endian:
 *
 *     0  8 bytes   "FLOEOBS1"
 *     8  uint32    capacity: bytes of the file
 *    12  uint32    used: bytes of records, from byte 64 on; grows by atomic addition before a record is written
 *    16  uint32    1 if a record found no room
 *    20  to 64     zero
 *    64  records, each of a multiple of 8 bytes:
 *        0  uint16    length in units of 8 bytes, with this header
 *        2  uint8     kind (below); 0 while the record is not complete
 *        3  uint8     detail
 *        4  uint32    offset of the RECORD_IMAGE of the program that speaks
 *        8  uint32    number: a process id, or a hash that is of no use to a reader
 *       12  uint16    length of the first text
 *       14  uint16    length of the second text
 *       16  the first text, the second text, zeros
 *
 * docs/observation.md says how a reader tells that a record is whole.
 */
#ifndef FLOE_OBSERVER_RECORD_H
#define FLOE_OBSERVER_RECORD_H

#include <stdint.h>

enum kind {
    RECORD_IMAGE = 1,        /* a program has started. number: process, first: its file, second: its directory */
    RECORD_END = 2,          /* the process ends in an orderly way. number: process */
    RECORD_FORKED = 3,       /* a process that goes on with its parent's program. number: process */
    RECORD_EXECUTE = 4,      /* the process is about to become another program. number: process, first: path */
    RECORD_NOT_EXECUTED = 5, /* which failed. number: process, detail: errno */
    RECORD_SPAWNED = 6,      /* a program was started in a new process. number: that process, first: path */
    RECORD_READ = 7,         /* opened for reading. first: path */
    RECORD_LISTED = 8,       /* a directory whose names were read. first: path */
    RECORD_SEEN = 9,         /* looked at: it is there. first: path */
    RECORD_WRITTEN = 10,     /* created, or opened for writing. first: path; detail: 1 if it was not emptied */
    RECORD_REMOVED = 11,     /* removed or renamed. first: path */
    RECORD_MISSED = 12,      /* looked for in vain. first: path, detail: errno */
    RECORD_VARIABLE = 13,    /* of the environment. first: name, detail: 1 if it is set */
    RECORD_QUERY = 14,       /* something else that may differ between machines. detail: enum query */
    RECORD_GAP = 15,         /* something that cannot be observed. detail: enum gap */
    RECORD_REAPED = 16,      /* a child has ended. number: process */
};

enum query {
    QUERY_DATE = 1,       /* time() and its kin: the date in seconds */
    QUERY_TIME_OF_DAY,    /* gettimeofday() */
    QUERY_REALTIME_CLOCK, /* clock_gettime() of a clock that knows the date */
    QUERY_OTHER_CLOCK,    /* clock_gettime() of another clock */
    QUERY_RANDOM,
    QUERY_PROCESSORS, /* how many there are, or which one this is */
    QUERY_MEMORY,     /* how much there is */
    QUERY_HOST_NAME,
    QUERY_SYSTEM_NAME, /* uname(): host name, kernel, machine */
    QUERY_USER,        /* the names of users */
    QUERY_CALENDAR,    /* the day of a time, by gmtime() */
};

enum gap {
    GAP_DIRECTORY = 1, /* a relative path, asked in a directory whose path is not known */
    GAP_LIBC_PROGRAM,  /* system(), popen(), pidfd_spawn(): libc starts a program by itself */
    GAP_RAW_CALL,      /* syscall() with a number that looks at paths */
    GAP_TREE_WALK,     /* glob(), ftw() and their kin: libc looks by itself */
    GAP_LONG_PATH,
    GAP_SPAWN_DIRECTORY, /* posix_spawn() into another directory */
    GAP_NO_FUNCTION,     /* no library has the function that was called */
};

enum { RECORD_CAPACITY = 16 * 1024 * 1024, RECORD_FIRST = 64 };

/* Maps the file and records the start of this program; false if it cannot, and then nothing is recorded. */
_Bool record_open(const char *directory);

/* A note about the process, not about a path; never suppressed. */
void record_process(enum kind kind, uint8_t detail, uint32_t process, const char *path);

void record_path(enum kind kind, uint8_t detail, int directory, const char *path);
void record_variable(const char *name, _Bool set);
void record_query(enum query query);
void record_gap(enum gap gap);

/* The working directory has changed. */
void record_directory(void);

/* A path was looked at with this error number, 0 for none. */
void record_look(enum kind kind, int directory, const char *path, int error);

/* The same for a call that gives a negative number, or a null pointer, if it fails. They give what they got. */
int record_result(enum kind kind, int directory, const char *path, int result);
void *record_pointer(enum kind kind, const char *path, void *result);

/* A path that a descriptor stands for; its length, or 0 if it has none. The buffer holds LONGEST_PATH bytes. */
uint32_t path_of_descriptor(int descriptor, char *buffer);

#endif
