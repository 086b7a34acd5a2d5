/* A terminal of the runner's own, for a command whose user watches it on one. */
#ifndef FLOE_PTY_H
#define FLOE_PTY_H

#include <stdbool.h>

struct screen {
    bool wanted;
    bool for_input; /* the program's input is the terminal too */
    unsigned short columns, rows;
    int ours, theirs; /* the two ends; -1 while there are none */
};

/* Opens it; returns 0 or an errno. */
int screen_open(struct screen *screen);

/* In the program's process: makes it standard error, and input if wanted. Returns 0 or an errno. */
int screen_take(const struct screen *screen);

/* In the runner: passes on what appears there to standard error until the last process has closed it. */
void screen_pass_on(struct screen *screen);

#endif
