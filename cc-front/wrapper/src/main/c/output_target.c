#include "output_target.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "compiler_lookup.h"

/*
 * A mode that umask makes of an ordinary request is asked for in that way: then a default access list of the
 * directory has its say too.
 */
static void ask_for_mode(struct target *target, mode_t mode)
{
    mode_t mask = umask(0);
    umask(mask);
    bool ordinary = mode == (0666 & ~mask);
    target->exact_mode = !ordinary && mode != (0777 & ~mask);
    target->create_mode = ordinary ? 0666 : target->exact_mode ? mode : 0777;
}

static int open_parent(const char *path, const char *base)
{
    char parent[PATH_MAX];
    size_t length = (size_t)(base - path);
    if (length == 0)
        return open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
    memcpy(parent, path, length);
    parent[length] = '\0';
    return open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* A file that only this name leads to, and that nothing but its mode sets apart from a new one. */
static bool is_plain(const char *path, const struct stat *link)
{
    return S_ISREG(link->st_mode) && link->st_nlink == 1 && link->st_uid == geteuid() &&
           lgetxattr(path, "system.posix_acl_access", NULL, 0) < 0;
}

static int choose_for_existing(struct target *target, const char *path, const struct stat *link,
                               const struct stat *file, enum how how)
{
    if (how == HOW_AS && S_ISREG(file->st_mode) && file->st_size > 0)
        return 0;
    if (!S_ISREG(file->st_mode) && !S_ISCHR(file->st_mode))
        return S_ISDIR(file->st_mode) ? EISDIR : EINVAL;
    if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0)
        return errno;
    if (how == HOW_REPLACE && S_ISREG(file->st_mode))
        return 0;
    if (is_plain(path, link)) {
        target->create_mode = file->st_mode & 0777;
        target->exact_mode = true;
        target->keeps_group = true;
        target->group = file->st_gid;
        target->may_be_in_place = how == HOW_THROUGH; /* objcopy needs room for a temporary file of its own */
    } else {
        target->way = IN_PLACE;
    }
    return 0;
}

int target_choose(struct target *target, const char *path, mode_t mode, enum how how)
{
    const char *base = base_name(path);
    *target = (struct target){.way = RENAME, .directory = open_parent(path, base), .base = base};
    if (target->directory < 0)
        return errno;
    ask_for_mode(target, mode);
    struct stat link, file;
    if (lstat(path, &link) != 0)
        return errno == ENOENT && *base != '\0' ? 0 : *base == '\0' ? EISDIR : errno;
    if (stat(path, &file) == 0)
        return choose_for_existing(target, path, &link, &file, how);
    if (errno != ENOENT)
        return errno;
    if (how != HOW_REPLACE) /* a link to nowhere: the file appears at its end */
        target->way = IN_PLACE;
    return 0;
}

bool target_accepts(const struct target *target, const struct stat *temporary)
{
    return !target->keeps_group || target->group == temporary->st_gid;
}
