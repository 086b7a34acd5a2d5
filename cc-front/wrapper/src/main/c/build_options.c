#include "build_options.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "build_say.h"

enum { MAX_WIDTH = 1000, USAGE_ERROR = 2 };

static _Noreturn void wrong_usage(const char *what, const char *why)
{
    build_say("%s: %s (see floe run --help)", what, why);
    exit(USAGE_ERROR);
}

/* The value of an option, in the same word or the next. NULL if the word is another option. */
static const char *value_of(const char *option, char ***at)
{
    size_t length = strlen(option);
    if (strncmp(**at, option, length) != 0)
        return NULL;
    if ((**at)[length] == '=')
        return **at + length + 1;
    if ((**at)[length] != '\0')
        return NULL;
    if ((*at)[1] == NULL)
        wrong_usage(option, "wants a value");
    return *++*at;
}

static int number(const char *option, const char *digits)
{
    char *end;
    errno = 0;
    long value = strtol(digits, &end, 10);
    if (errno != 0 || *digits == '\0' || *end != '\0' || value < 1 || value > MAX_WIDTH)
        wrong_usage(option, "must be a number from 1 to 1000");
    return (int)value;
}

static void read_style(struct build_options *options, const char *value)
{
    options->style_given = true;
    if (strcmp(value, "pipe") == 0)
        options->style = POOL_PIPE;
    else if (strcmp(value, "fifo") == 0)
        options->style = POOL_FIFO;
    else
        wrong_usage("--jobserver-style", "must be pipe or fifo");
}

static void check_id(const char *option, const char *id)
{
    size_t length = strlen(id);
    for (const char *c = id; *c != '\0'; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            length = 0;
    if (length == 0 || length > LONGEST_BUILD_ID)
        wrong_usage(option, "must be 1 to 64 characters, without blanks");
}

struct build_options build_options_read(char **at)
{
    struct build_options options = {.most = MAX_WIDTH, .least = 1};
    const char *value;
    for (; *at != NULL && **at == '-'; at++) {
        if (strcmp(*at, "--") == 0) {
            at++;
            break;
        }
        if (strcmp(*at, "-q") == 0 || strcmp(*at, "--quiet") == 0)
            options.quiet = true;
        else if ((value = value_of("--max", &at)) != NULL)
            options.most = number("--max", value);
        else if ((value = value_of("--min", &at)) != NULL)
            options.least = number("--min", value);
        else if ((value = value_of("--build", &at)) != NULL)
            options.id = value;
        else if ((value = value_of("--jobserver-style", &at)) != NULL)
            read_style(&options, value);
        else if ((value = value_of("--socket", &at)) != NULL)
            setenv("FLOE_SOCKET", value, 1);
        else
            wrong_usage(*at, "no such option; the command comes after --");
    }
    if (*at == NULL)
        wrong_usage("floe run", "the command is missing");
    if (options.least > options.most)
        wrong_usage("--min", "must not be above --max");
    if (options.id != NULL)
        check_id("--build", options.id);
    options.command = at;
    return options;
}
