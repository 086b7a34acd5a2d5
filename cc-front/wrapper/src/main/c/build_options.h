/* The command line of `floe run`. */
#ifndef FLOE_BUILD_OPTIONS_H
#define FLOE_BUILD_OPTIONS_H

#include <stdbool.h>

#include "pool.h"

struct build_options {
    int most, least;       /* how many commands may run at once */
    const char *id;        /* the name of the build; NULL if the user gives none */
    enum pool_style style; /* only if style_given */
    bool style_given, quiet;
    char **command;
};

enum { LONGEST_BUILD_ID = 64 };

/* Reads what comes after `floe run`. Wrong usage ends the process with a message. --socket becomes FLOE_SOCKET. */
struct build_options build_options_read(char **arguments);

#endif
