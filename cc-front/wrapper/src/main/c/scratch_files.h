/*
 * The files of a job that its command can write to: where they are, and what stood there before the command ran.
 *
 * Nothing trusts a name in the scratch directory: each step opens one component without following a link, and a file
 * is read through the descriptor whose type was checked.
 */
#ifndef FLOE_SCRATCH_FILES_H
#define FLOE_SCRATCH_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/*
 * In the scratch directory: standard output, standard error, the directory of the runner's report, and writable
 * directory N.
 */
#define SCRATCH_OUTPUT "stdout"
#define SCRATCH_ERROR "stderr"
#define SCRATCH_REPORT "report"
#define SCRATCH_DIRECTORY "w%u"

/* Something that stood before the command ran. */
struct planned {
    const char *name;
    char kind;
    ino_t source; /* of a file that other files of the plan are hard links to; 0: of none */
    struct stat made;
};

/* A writable directory of the plan. */
struct writable {
    const char *path;
    bool collect;
    struct planned *planned; /* sorted by name once it is filled */
    size_t count;
    size_t room;
};

struct writables {
    struct writable *all;
    unsigned count;
};

/* What the plan put there under this name, or NULL. */
const struct planned *find_planned(const struct writable *writable, const char *name);

/* How find_planned wants them sorted. */
void sort_planned(struct writable *writable);

/* All bytes from one descriptor to another, or contain_fail. */
void copy_bytes(int from, int to, const char *name);

/* Memory or contain_fail. */
void *resized(void *memory, size_t bytes);

#endif
