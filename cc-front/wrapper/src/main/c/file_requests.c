#include "file_requests.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "frame_io.h"

static void put_stat(int error, const struct stat *st)
{
    static const struct stat nothing;
    if (error != 0)
        st = &nothing;
    put_u32((uint32_t)error);
    put_u32(st->st_mode);
    put_u64(st->st_dev);
    put_u64(st->st_ino);
    put_u64((uint64_t)st->st_size);
    put_u64((uint64_t)st->st_mtim.tv_sec);
    put_u32((uint32_t)st->st_mtim.tv_nsec);
    put_u64((uint64_t)st->st_ctim.tv_sec);
    put_u32((uint32_t)st->st_ctim.tv_nsec);
}

void look_stat(struct payload *payload)
{
    uint32_t count = take_u32(payload);
    frame_begin(STATS);
    put_u32(count);
    for (uint32_t i = 0; i < count && frame_length() <= FRAME_LIMIT; i++) {
        char path[PATH_MAX], target[PATH_MAX];
        struct stat st;
        int error = !take_path(payload, path, sizeof path) ? ENAMETOOLONG : lstat(path, &st) != 0 ? errno : 0;
        ssize_t length = error == 0 && S_ISLNK(st.st_mode) ? readlink(path, target, sizeof target) : 0;
        if (length < 0 || length == sizeof target) {
            error = length < 0 ? errno : ENAMETOOLONG;
            length = 0;
        }
        put_stat(error, &st);
        put_u32((uint32_t)length);
        put_bytes(target, (size_t)length);
    }
    take_end(payload);
    frame_send();
}

/* Regular files and /dev/null; the rest could be without end, or change by being read. */
static int readable(const struct stat *st)
{
    if (S_ISREG(st->st_mode) || (S_ISCHR(st->st_mode) && st->st_rdev == makedev(1, 3)))
        return 0;
    return S_ISDIR(st->st_mode) ? EISDIR : EINVAL;
}

static void send_contents(int fd)
{
    int error = 0;
    for (;;) {
        frame_begin(CHUNK);
        ssize_t n = read(fd, frame_room(PIECE), PIECE);
        if (n > 0) {
            frame_claim((size_t)n);
            frame_send();
        } else if (n == 0 || errno != EINTR) {
            error = n == 0 ? 0 : errno;
            break;
        }
    }
    struct stat st;
    if (error == 0 && fstat(fd, &st) != 0)
        error = errno;
    frame_begin(FILE_END);
    put_stat(error, &st);
    frame_send();
}

void look_read(struct payload *payload)
{
    char path[PATH_MAX];
    struct stat st;
    bool fits = take_path(payload, path, sizeof path);
    take_end(payload);
    int fd = fits ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) : -1;
    int error = !fits ? ENAMETOOLONG : fd < 0 || fstat(fd, &st) != 0 ? errno : readable(&st);
    frame_begin(FILE_BEGIN);
    put_stat(error, &st);
    frame_send();
    if (error == 0)
        send_contents(fd);
    if (fd >= 0)
        close(fd);
}

static bool is_itself_or_parent(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* As many names as fit into a frame; more are EFBIG. */
static int put_names(DIR *directory)
{
    const struct dirent *entry;
    errno = 0;
    while ((entry = readdir(directory)) != NULL) {
        if (frame_length() > FRAME_LIMIT - PATH_MAX)
            return EFBIG;
        if (!is_itself_or_parent(entry->d_name))
            put_string(entry->d_name);
        errno = 0;
    }
    return errno;
}

void look_list(struct payload *payload)
{
    char path[PATH_MAX];
    bool fits = take_path(payload, path, sizeof path);
    take_end(payload);
    DIR *directory = fits ? opendir(path) : NULL;
    int error = fits ? errno : ENAMETOOLONG;
    frame_begin(NAMES);
    if (directory != NULL) {
        error = put_names(directory);
        closedir(directory);
    }
    put_u32((uint32_t)error);
    frame_send();
}
