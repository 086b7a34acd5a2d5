/* The files of a job that its command can write to, made before it runs. */
#ifndef FLOE_SCRATCH_PLAN_H
#define FLOE_SCRATCH_PLAN_H

#include <stdbool.h>

#include "scratch_files.h"

/*
 * Reads a plan from FROM and makes its files. A plan is its length in decimal digits, a NUL, and that many bytes of
 * fields that each end in a NUL:
 *
 *   W PATH SOURCE COLLECT   the next writable directory: its path for the job, where its files are copied from,
 *                           whether what the job makes there is a result (1) or not (0)
 *   D NAME                  a directory in it
 *   L NAME TARGET           a symbolic link in it
 *   F NAME                  a copy of the file of that name in SOURCE
 *
 * Returns false if FROM ends before the plan does.
 */
bool scratch_fill(int scratch, int from, struct writables *writables);

#endif
