#include "client_command.h"

#include <stddef.h>
#include <string.h>

/*
 * The commands that run in the node: those with the annotation RunsInNode. A test of the command line compares this
 * table with the annotations and options there, and prints it as it should be.
 */
static const struct {
    const char *command;
    const char *subcommand; /* "" for a command without subcommands */
    const char *flags;      /* its options without a value, each with a blank before and after */
    bool has_own_way;
} in_node[] = {
    {"builds", "", " --json ", false},
    {"cache", "clear", " --json ", false},
    {"cache", "evict", " --json ", false},
    {"cache", "stats", " --json ", false},
    {"cache", "trust", " --json ", false},
    {"cache", "unquarantine", " --json ", false},
    {"cache", "verify", " --json ", false},
    {"capacity", "", " --json --watch ", true},
    {"jobs", "", " --follow --json --steps ", false},
    {"mesh", "invite", " --writer ", false},
    {"mesh", "members", " --json ", false},
    {"metrics", "", " --open-metrics ", false},
    {"nodes", "", " --json ", false},
    {"pause", "", " ", false},
    {"reload", "", " ", false},
    {"resume", "", " ", false},
    {"stats", "", " --json ", false},
    {"toolchain", "list", " --json ", false},
    {"toolchain", "remove", " --json ", false},
    {"toolchain", "verify", " --json ", false},
    {"trace", "", " ", false},
};

enum { KNOWN = sizeof in_node / sizeof *in_node, LONGEST_LINE = 64 << 10, LONGEST_FLAG = 30 };

static bool is_one_of(const char *word, const char *one, const char *other)
{
    return strcmp(word, one) == 0 || strcmp(word, other) == 0;
}

/* Whether the words ask for the help of a command or a subcommand, and not of what floe would run. */
static bool is_help(char *const *words)
{
    if (**words == '-' || **words == '@' || words[1] == NULL)
        return false;
    if (words[2] == NULL)
        return is_one_of(words[1], "-h", "--help");
    return words[3] == NULL && *words[1] != '-' && *words[1] != '@' && !is_one_of(*words, "run", "explain") &&
           is_one_of(words[2], "-h", "--help");
}

/* Whether a word names a file with more words, which is the caller's to read, or the line is long. */
static bool is_for_java(char *const *words)
{
    size_t length = 0;
    for (; *words != NULL; words++) {
        length += strlen(*words) + 1;
        if (**words == '@' || length > LONGEST_LINE)
            return true;
    }
    return false;
}

static bool is_flag(const char *word, const char *flags)
{
    char padded[LONGEST_FLAG + 3] = " ";
    if (word[0] != '-' || strlen(word) > LONGEST_FLAG || strchr(word, ' ') != NULL)
        return false;
    strcat(strcat(padded, word), " ");
    return strstr(flags, padded) != NULL;
}

static bool is_repeated(char *const *words, char *const *at)
{
    for (; words < at; words++)
        if (strcmp(*words, *at) == 0)
            return true;
    return false;
}

static void read_options(struct client_command *command, char *const *words, const char *flags)
{
    static const char option[] = "--socket";
    size_t length = strlen(option);
    command->is_understood = true;
    for (char *const *at = words; *at != NULL; at++) {
        if (strcmp(*at, "--") == 0) {
            command->is_understood = false;
            return;
        }
        bool attached = strncmp(*at, option, length) == 0 && (*at)[length] == '=';
        if (attached || strcmp(*at, option) == 0) {
            const char *value = attached ? *at + length + 1 : *++at;
            if (value == NULL || *value == '\0' || command->socket != NULL) {
                command->kind = CLIENT_JAVA; /* says what is wrong */
                return;
            }
            command->socket = value;
        } else if (!is_flag(*at, flags) || is_repeated(words, at)) {
            command->is_understood = false;
        }
    }
}

/* The options before the compiler; all else that looks like one is Java's, with the help. */
static void read_explain(struct client_command *command, char *const *words)
{
    static const char option[] = "--socket=";
    char *const *at = words;
    for (; *at != NULL && **at == '-' && strcmp(*at, "--") != 0; at++) {
        if (strcmp(*at, "--json") == 0 && !command->is_json)
            command->is_json = true;
        else if (strncmp(*at, option, strlen(option)) == 0 && command->socket == NULL)
            command->socket = *at + strlen(option);
        else if (strcmp(*at, "--socket") == 0 && command->socket == NULL && at[1] != NULL)
            command->socket = *++at;
        else
            return;
    }
    if (*at != NULL && strcmp(*at, "--") == 0)
        at++;
    if (*at == NULL || (command->socket != NULL && *command->socket == '\0'))
        return;
    command->kind = CLIENT_EXPLAINS;
    command->rest = at;
}

struct client_command client_command_read(char *const *words)
{
    struct client_command command = {.kind = CLIENT_JAVA};
    if (*words == NULL || (words[1] == NULL && is_one_of(*words, "-h", "--help"))) {
        command.kind = CLIENT_ASKS_NODE;
        command.has_own_way = true;
        return command;
    }
    if (words[1] == NULL && is_one_of(*words, "-V", "--version")) {
        command.kind = CLIENT_VERSION;
        return command;
    }
    if (is_help(words)) {
        command.kind = CLIENT_ASKS_NODE;
        command.has_own_way = true;
        return command;
    }
    if (strcmp(*words, "run") == 0) {
        if (words[1] != NULL && !is_one_of(words[1], "-h", "--help") && !is_one_of(words[1], "-V", "--version"))
            command.kind = CLIENT_BUILDS;
        command.rest = words + 1;
        return command;
    }
    if (is_for_java(words))
        return command;
    if (strcmp(*words, "explain") == 0) {
        read_explain(&command, words + 1);
        return command;
    }
    for (size_t i = 0; i < KNOWN; i++) {
        bool has_subcommand = *in_node[i].subcommand != '\0';
        if (strcmp(*words, in_node[i].command) != 0 ||
            (has_subcommand && (words[1] == NULL || strcmp(words[1], in_node[i].subcommand) != 0)))
            continue;
        command.kind = CLIENT_ASKS_NODE;
        command.has_own_way = in_node[i].has_own_way;
        read_options(&command, words + (has_subcommand ? 2 : 1), in_node[i].flags);
        break;
    }
    return command;
}
