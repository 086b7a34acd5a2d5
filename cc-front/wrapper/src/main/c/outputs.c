/*
 * An output is written to a temporary file beside its target and renamed at COMMIT. Where a rename would not do what
 * the compiler does (a target with several hard links, one behind a symbolic link, a device) it is gathered in an
 * unnamed file and copied over the target at COMMIT; output_target.c decides. Errors are remembered until COMMIT.
 */
#include "outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fallback.h"
#include "output_target.h"
#include "signals.h"

struct output {
    char *path;
    struct target target;
    char temporary[16]; /* its name in the target's directory, or "" */
    int fd;             /* -1 once it is written */
    int error;
};

/* The signal handler reads these; they change only while its signals are held. */
static struct output *outputs;
static volatile size_t count;

static void close_written(struct output *output)
{
    if (output->fd >= 0 && output->target.way == RENAME) {
        if (close(output->fd) != 0 && output->error == 0)
            output->error = errno;
        output->fd = -1;
    }
}

static void random_name(char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    unsigned char bytes[6];
    if (getrandom(bytes, sizeof bytes, GRND_NONBLOCK) != (ssize_t)sizeof bytes)
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (unsigned char)(rand() + getpid() * 31);
    strcpy(name, ".floe-");
    for (size_t i = 0; i < sizeof bytes; i++)
        name[6 + i] = letters[bytes[i] % (sizeof letters - 1)];
    name[6 + sizeof bytes] = '\0';
}

/* Creates the temporary file beside the target, such that it ends with the mode that the target must have. */
static void begin_rename(struct output *output)
{
    struct target *target = &output->target;
    for (int attempt = 0; output->fd < 0 && attempt < 100; attempt++) {
        char name[sizeof output->temporary];
        random_name(name);
        output->fd =
            openat(target->directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, target->create_mode);
        if (output->fd >= 0)
            strcpy(output->temporary, name);
        else if (errno != EEXIST)
            break;
    }
    struct stat st;
    if (output->fd < 0 || fstat(output->fd, &st) != 0)
        output->error = errno;
    else if (!target_accepts(target, &st))
        target->way = IN_PLACE;
    else if (target->exact_mode && (st.st_mode & 0777) != target->create_mode &&
             fchmod(output->fd, target->create_mode) != 0)
        output->error = errno;
}

static void drop_temporary(struct output *output)
{
    if (output->fd >= 0)
        close(output->fd);
    output->fd = -1;
    if (output->temporary[0] != '\0')
        unlinkat(output->target.directory, output->temporary, 0);
    output->temporary[0] = '\0';
}

static void begin_in_place(struct output *output)
{
    const char *directory = getenv("TMPDIR");
    output->error = 0;
    output->fd = open(directory == NULL ? "/tmp" : directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (output->fd < 0)
        output->fd = memfd_create("floe-output", MFD_CLOEXEC);
    if (output->fd < 0)
        output->error = errno;
}

void outputs_open(struct payload *payload)
{
    char path[PATH_MAX];
    bool fits = take_path(payload, path, sizeof path);
    uint32_t mode = take_u32(payload);
    uint8_t how = take_u8(payload);
    take_end(payload);
    if (how > HOW_AS)
        fall_back("the node wants a file replaced in an unknown way (%u)", how);
    if (count > 0)
        close_written(&outputs[count - 1]);

    signals_hold();
    outputs = get_memory(outputs, (count + 1) * sizeof *outputs);
    struct output *output = &outputs[count];
    *output = (struct output){.path = get_memory(NULL, strlen(fits ? path : "") + 1), .fd = -1, .target.directory = -1};
    strcpy(output->path, fits ? path : "");
    output->error = fits ? target_choose(&output->target, output->path, mode & 0777, how) : ENAMETOOLONG;
    if (output->error == 0 && output->target.way == RENAME) {
        begin_rename(output);
        if (output->error != 0 && output->target.may_be_in_place)
            output->target.way = IN_PLACE;
        if (output->error != 0 || output->target.way == IN_PLACE)
            drop_temporary(output);
    }
    if (output->target.way == IN_PLACE)
        begin_in_place(output);
    count++;
    signals_release();
}

static int write_all(int fd, const unsigned char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n < 0 && errno != EINTR)
            return errno;
        if (n > 0) {
            bytes += n;
            length -= (size_t)n;
        }
    }
    return 0;
}

void outputs_write(struct frame *chunk)
{
    if (count == 0)
        fall_back("the node sent contents for no file");
    struct output *output = &outputs[count - 1];
    size_t length;
    for (const unsigned char *piece; (piece = wire_piece(chunk, &length)) != NULL;)
        if (output->error == 0)
            output->error = write_all(output->fd, piece, length);
}

static bool no_such_way(int error)
{
    return error == EXDEV || error == EINVAL || error == ENOSYS || error == EOPNOTSUPP || error == EBADF ||
           error == EPERM;
}

enum copier { WITHIN_FILE_SYSTEM, BETWEEN_FILE_SYSTEMS, BY_HAND };

static ssize_t copy_some(enum copier copier, int from, int to, uint64_t size, unsigned char *room)
{
    if (copier == WITHIN_FILE_SYSTEM) /* shares the blocks where the file system can */
        return copy_file_range(from, NULL, to, NULL, size, 0);
    if (copier == BETWEEN_FILE_SYSTEMS)
        return sendfile(to, from, NULL, size < SSIZE_MAX ? size : SSIZE_MAX);
    return read(from, room, size < PIECE ? size : PIECE);
}

/* By the kernel where it can. */
static int copy_from(int from, int to, uint64_t size)
{
    enum copier copier = WITHIN_FILE_SYSTEM;
    unsigned char *room = NULL;
    int error = 0;
    while (size > 0 && error == 0) {
        ssize_t n = copy_some(copier, from, to, size, room);
        if (n < 0 && copier != BY_HAND && no_such_way(errno)) {
            copier++;
            if (copier == BY_HAND)
                room = get_memory(NULL, PIECE);
        } else if (n == 0)
            error = ESTALE; /* shorter than it was */
        else if (n > 0 && copier == BY_HAND)
            error = write_all(to, room, (size_t)n);
        else if (n < 0 && errno != EINTR)
            error = errno;
        size -= n > 0 ? (uint64_t)n : 0;
    }
    free(room);
    return error;
}

void outputs_copy(struct payload *payload)
{
    char path[PATH_MAX];
    bool fits = take_path(payload, path, sizeof path);
    uint64_t size = take_u64(payload);
    take_end(payload);
    if (count == 0)
        fall_back("the node sent contents for no file");
    int from = fits && *path == '\0' ? wire_take_descriptor() : -1;
    if (fits && *path == '\0' && from < 0)
        fall_back("the node passed no file to copy");
    struct output *output = &outputs[count - 1];
    if (output->error != 0) {
        if (from >= 0)
            close(from);
        return;
    }
    if (from < 0)
        from = fits ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK) : -1;
    output->error = !fits ? ENAMETOOLONG : from < 0 ? errno : copy_from(from, output->fd, size);
    if (from >= 0)
        close(from);
}

/* Nothing but a kill interrupts this; the same would cut the compiler's own writing short. */
static int copy_over(struct output *output)
{
    int to = open(output->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, output->target.create_mode);
    if (to < 0)
        return errno;
    unsigned char *room = get_memory(NULL, PIECE);
    int error = 0;
    off_t at = 0;
    for (ssize_t n; error == 0 && (n = pread(output->fd, room, PIECE, at)) != 0; at += n > 0 ? n : 0)
        error = n > 0 ? write_all(to, room, (size_t)n) : errno == EINTR ? 0 : errno;
    free(room);
    if (close(to) != 0 && error == 0)
        error = errno;
    return error;
}

static int commit(struct output *output)
{
    if (output->target.way == IN_PLACE)
        return copy_over(output);
    int directory = output->target.directory;
    if (renameat(directory, output->temporary, directory, output->target.base) != 0)
        return errno;
    output->temporary[0] = '\0';
    return 0;
}

void outputs_commit(void)
{
    int error = 0;
    const char *fault = "";
    signals_hold();
    for (size_t i = 0; i < count && error == 0; i++) {
        close_written(&outputs[i]);
        error = outputs[i].error;
        fault = outputs[i].path;
    }
    for (size_t i = 0; i < count && error == 0; i++) {
        error = commit(&outputs[i]);
        fault = outputs[i].path;
    }
    frame_begin(DONE);
    put_u32((uint32_t)error);
    put_string(error == 0 ? "" : fault);
    outputs_discard();
    signals_release();
    frame_send();
}

void outputs_discard(void)
{
    for (size_t i = 0; i < count; i++) {
        drop_temporary(&outputs[i]);
        if (outputs[i].target.directory >= 0)
            close(outputs[i].target.directory);
        free(outputs[i].path);
    }
    count = 0;
}

void outputs_discard_in_handler(void)
{
    for (size_t i = 0; i < count; i++)
        if (outputs[i].temporary[0] != '\0')
            unlinkat(outputs[i].target.directory, outputs[i].temporary, 0);
}
