/* The command line of floe-run --contain. */
#ifndef FLOE_CONTAIN_SETTINGS_H
#define FLOE_CONTAIN_SETTINGS_H

#include "isolate.h"

struct contain_settings {
    const char *results;
    const char *bytes;
    const char *files;
    const char *report_bytes; /* size of the file system for reports and the observer's record; NULL: not observed */
    struct isolation isolation;
};

/*
 * Reads KEY=VALUE... -- STATUSFILE ARGUMENT... (contain.h) and gives what comes after --. Ends the process with a
 * message if a setting is unknown or missing.
 */
char **contain_settings_read(struct contain_settings *settings, char **arguments);

#endif
