/* The files of a job that its command can write to: made before it runs, collected when all of its processes are gone. */
#ifndef FLOE_SCRATCH_H
#define FLOE_SCRATCH_H

#include <stdbool.h>

/* In the scratch directory: standard output, standard error, the directory of the runner's report, and writable directory N. */
#define SCRATCH_OUTPUT "stdout"
#define SCRATCH_ERROR "stderr"
#define SCRATCH_REPORT "report"
#define SCRATCH_DIRECTORY "w%u"

/*
 * Reads a plan from FROM and makes its files. A plan is its length in decimal digits, a NUL, and that many bytes of fields that each
 * end in a NUL:
 *
 *   W PATH SOURCE COLLECT   the next writable directory: its path for the job, where its files are copied from, whether what the
 *                           job makes there is a result (1) or not (0)
 *   D NAME                  a directory in it
 *   L NAME TARGET           a symbolic link in it
 *   F NAME                  a copy of the file of that name in SOURCE
 *
 * Gives false if FROM ends before the plan does.
 */
bool scratch_fill(int scratch, int from);

/*
 * Copies what the job has made or changed to RESULTS: files 0, 1, 2, ... as `index` lists them, standard output and error, and the
 * runner's `status` if there is one; together at most MOST bytes, because files with holes and files of many names
 * take more space where they are copied to than where they were made. An entry of the index is `DIRECTORY MODE SIZE`,
 * a NUL, the path below the directory, a NUL. The index appears last, whole.
 */
void scratch_collect(int scratch, int results, unsigned long long most);

#endif
