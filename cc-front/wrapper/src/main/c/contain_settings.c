#include "contain_settings.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "contain_error.h"

/* Adds a setting that may be there several times; there is room. */
static void add(char **list, char *value)
{
    while (*list != NULL)
        list++;
    *list = value;
}

static bool read_setting(struct contain_settings *settings, char *argument)
{
    const struct {
        const char *key;
        const char **value;
        char **list;
    } known[] = {
        {"scratch=", &settings->isolation.scratch, NULL},
        {"results=", &settings->results, NULL},
        {"bytes=", &settings->bytes, NULL},
        {"files=", &settings->files, NULL},
        {"report_bytes=", &settings->report_bytes, NULL},
        {"root=", &settings->isolation.root, NULL},
        {"directory=", &settings->isolation.directory, NULL},
        {"shield=", NULL, settings->isolation.shields},
        {"variable=", NULL, settings->isolation.variables},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t length = strlen(known[i].key);
        if (strncmp(argument, known[i].key, length) != 0)
            continue;
        if (known[i].list != NULL)
            add(known[i].list, argument + length);
        else
            *known[i].value = argument + length;
        return true;
    }
    return false;
}

char **contain_settings_read(struct contain_settings *settings, char **arguments)
{
    size_t count = 1;
    while (arguments[count - 1] != NULL)
        count++;
    settings->isolation.shields = calloc(count, sizeof(char *));
    settings->isolation.variables = calloc(count, sizeof(char *));
    if (settings->isolation.shields == NULL || settings->isolation.variables == NULL)
        contain_fail("settings", strerror(ENOMEM));
    for (; *arguments != NULL && strcmp(*arguments, "--") != 0; arguments++)
        if (!read_setting(settings, *arguments))
            contain_fail(*arguments, "unknown setting");
    if (settings->isolation.scratch == NULL || settings->results == NULL || settings->bytes == NULL ||
        settings->files == NULL || settings->isolation.root == NULL || settings->isolation.directory == NULL)
        contain_fail("scratch=, results=, bytes=, files=, root= or directory=", "is missing");
    if (arguments[0] == NULL || arguments[1] == NULL)
        contain_fail("usage", "the arguments of floe-run come after --");
    return arguments + 1;
}
