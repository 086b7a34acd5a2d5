/*
 * The program that attacks the sandbox from the inside. Each probe prints one line, `held` or `broken`, the group, the
 * name and what was seen, with tabs between; `end` and their number come last. A probe is broken if its call ends in
 * any other way than the one expected, so a wall that has gone and a wall that has moved both show.
 */
#ifndef FLOE_ATTACK_H
#define FLOE_ATTACK_H

#include <errno.h>
#include <stdbool.h>

/* What the probes that follow belong to. */
void group(const char *name);

/* RESULT is negative, with one of two errors. */
void denied(const char *name, long result, int error, int or_error);

/* RESULT is not negative, and WHY says why that does no harm. */
void harmless(const char *name, long result, const char *why);

/* HOLDS, whatever else happened. */
void check(const char *name, bool holds, const char *why);

/* Opens a file and reads a byte; the byte, or -1. */
long read_byte(const char *path);
/* Opens a file to write and writes nothing, because what is not held must do no harm either. */
long open_to_write(const char *path);

/* The value of `KEY=VALUE` among the program's arguments; ends the program if there is none. */
const char *setting(const char *key);

void probe_files(void);
void probe_mounts(void);
void probe_processes(void);
void probe_kernel(void);
void probe_sockets(void);
void probe_outside(void);

/* Leaves processes behind that swap directories and files with links that lead to TARGET. */
void race(void);
/* Writes as much as it can in one way; prints how many bytes the file system took. */
void fill(const char *way);
/* Leaves something odd as an output. */
void leave(const char *what);

#endif
