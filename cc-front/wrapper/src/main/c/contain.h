/* floe-run --contain: the outermost step of the sandbox. */
#ifndef FLOE_CONTAIN_H
#define FLOE_CONTAIN_H

/*
 * scratch=DIRECTORY results=DIRECTORY bytes=N files=N root=DIRECTORY directory=PATH [report_bytes=N] [shield=PATH]...
 * [variable=NAME=VALUE]... -- STATUSFILE ARGUMENT...
 *
 * The two directories may be one: the results are then below the scratch file system, which this process alone has.
 *
 * Calls run_inside with what follows -- as process 1 of namespaces of its own (isolate.h), with a tmpfs of at most N
 * bytes and N files at the scratch directory. The directory of STATUSFILE is the one for reports. With report_bytes
 * the job is observed, and its reports have a tmpfs of their own; the used part of the observer's record goes to the
 * file `record` in the results directory. Standard input first carries the scratch plan (scratch_plan.h), then stays
 * open as long as the result is wanted. Gives 0 when all processes of the job are gone and its results stand in the
 * results directory, CONTAIN_ABORTED when standard input closed before, and CONTAIN_FAILED with a message on standard
 * error otherwise; in each case no process of the job is left.
 */
int contain(char **arguments, int (*run_inside)(char **arguments));

enum { CONTAIN_ABORTED = 3 };

#endif
