/* The one compile that this process was started for. */
#ifndef FLOE_INVOCATION_H
#define FLOE_INVOCATION_H

#include <stdbool.h>

struct invocation {
    const char *compiler; /* what exec runs: absolute, or relative to the working directory */
    char **argv;          /* the compiler's, NULL at the end */
    char **environment;   /* as found at the start */
    const char *mode;     /* auto, local or remote */
    const char *node;     /* the executor that the user asked for, or "" */
    const char *turn;     /* what wrappers below shall say to the node, or NULL */
    int silence_ms;       /* how long a node may say nothing */
    bool verbose;         /* say why the node is not used */
};

extern struct invocation invoked;

/* How many wrappers stand above this one (FLOE_LEVEL). */
int level(void);

/* One line on standard error, headed by the program's name; longer than 4 KiB it is cut. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
