/* What becomes of an output's target, so that it ends as the compiler would have left it. */
#ifndef FLOE_OUTPUT_TARGET_H
#define FLOE_OUTPUT_TARGET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* How the compiler opens the file; the values are those of OPEN. */
enum how {
    HOW_REPLACE = 0, /* renames over a regular file or a link to one, if it may write it: clang's main output */
    HOW_THROUGH = 1, /* truncates what is there: .d and .s of gcc, side files of both */
    HOW_AS = 2       /* unlinks a file with contents, truncates an empty one: as and objcopy */
};

enum way { RENAME, IN_PLACE };

struct target {
    enum way way;
    int directory;        /* the target's, for RENAME */
    const char *base;     /* its name in there; points into the path */
    mode_t create_mode;   /* for open */
    bool exact_mode;      /* whatever umask says, it must end with that mode */
    bool may_be_in_place; /* if the directory refuses a temporary file */
    bool keeps_group;     /* the old file's group must be the new one's too */
    gid_t group;
};

/* 0, or why the compiler could not write it either, or why that is not for this program to do. */
int target_choose(struct target *target, const char *path, mode_t mode, enum how how);

/* Whether the temporary file can stand for the old one: it has the same group, if that matters. */
bool target_accepts(const struct target *target, const struct stat *temporary);

#endif
