/* floe-run: the innermost step of the sandbox. */
#ifndef FLOE_SANDBOX_INIT_H
#define FLOE_SANDBOX_INIT_H

/*
 * STATUSFILE KEY=VALUE... -- PROGRAM ARGV0 ARGUMENT...; gives the program's exit code, 128 + its signal, or
 * RUN_FAILED. With observer=LIBRARY the program loads that library and is observed; the record is beside STATUSFILE
 * (docs/observation.md). --contain ARGUMENT...: see contain.h.
 */
int run(char **arguments);

#endif
