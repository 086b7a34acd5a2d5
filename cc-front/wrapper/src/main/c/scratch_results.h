/* The files of a job that its command has made or changed, collected when all of its processes are gone. */
#ifndef FLOE_SCRATCH_RESULTS_H
#define FLOE_SCRATCH_RESULTS_H

#include "scratch_files.h"

/*
 * Copies what the job has made or changed to RESULTS: files 0, 1, 2, ... as `index` lists them, standard output and
 * error, and the runner's `status` if there is one; together at most MOST bytes, because files with holes and files
 * of many names take more space where they are copied to than where they were made. An entry of the index is
 * `DIRECTORY MODE SIZE`, a NUL, the path below the directory, a NUL. The index appears last, whole.
 */
void scratch_collect(int scratch, const struct writables *writables, int results, unsigned long long most);

#endif
