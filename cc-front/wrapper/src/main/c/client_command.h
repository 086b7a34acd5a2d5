/* What the client does with a command line, before anybody has parsed it. */
#ifndef FLOE_CLIENT_COMMAND_H
#define FLOE_CLIENT_COMMAND_H

#include <stdbool.h>

struct client_command {
    enum {
        CLIENT_ASKS_NODE, /* the node parses and runs it */
        CLIENT_BUILDS,    /* floe-cc does */
        CLIENT_EXPLAINS,  /* floe-cc does, by asking the node what it would do */
        CLIENT_VERSION,
        CLIENT_JAVA /* the program in Java does */
    } kind;
    const char *socket; /* of --socket; NULL without that option */
    bool is_json;       /* of CLIENT_EXPLAINS: for a program */
    char *const *rest;  /* of CLIENT_BUILDS and CLIENT_EXPLAINS: what follows the command or its options */
    bool has_own_way;   /* without a node Java has another answer than that there is none */
    bool is_understood; /* each word is known, so that nothing can be wrong with the command line */
};

/* Reads the words after the program's name. */
struct client_command client_command_read(char *const *words);

#endif
