#include "compiler_lookup.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

/* A note at the head of the program, by which copies of it, and other versions, are known. */
static const struct {
    Elf64_Nhdr header;
    char name[8];
    char text[24];
} mark __attribute__((section(".note.floe"), used, aligned(4))) = {{8, 24, 1}, "Floe-cc", "this is no compiler 41c"};

const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static bool carries_mark(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return false;
    char head[4096];
    ssize_t n = pread(fd, head, sizeof head, 0);
    close(fd);
    return n > 0 && memmem(head, (size_t)n, &mark, sizeof mark) != NULL;
}

static bool same_as_self(const struct stat *other)
{
    static struct stat self;
    static enum { UNKNOWN, KNOWN, HIDDEN } state;
    if (state == UNKNOWN) {
        const char *started_as = (const char *)getauxval(AT_EXECFN);
        bool seen = stat("/proc/self/exe", &self) == 0 || (started_as != NULL && stat(started_as, &self) == 0);
        state = seen ? KNOWN : HIDDEN;
    }
    return state == KNOWN && self.st_dev == other->st_dev && self.st_ino == other->st_ino;
}

bool is_floe(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && (same_as_self(&st) || carries_mark(path));
}

/* Whether a wrapper above has run this program already, such as a ccache that comes back to floe-cc through PATH. */
static bool was_run_above(const struct stat *st)
{
    const char *past = getenv("FLOE_PAST");
    char key[64];
    int length =
        snprintf(key, sizeof key, "%llx:%llx,", (unsigned long long)st->st_dev, (unsigned long long)st->st_ino);
    for (const char *at = past; at != NULL && (at = strstr(at, key)) != NULL; at += length)
        if (at == past || at[-1] == ',')
            return true;
    return false;
}

static void pass(const char *path, bool *past_floe, char *link)
{
    if (*link == '\0')
        strcpy(link, path);
    *past_floe = true;
}

/*
 * The first executable of this name in the directories of search that is not floe-cc.
 *
 * link: the first that is floe-cc, where it is passed; as it was if none is
 */
static enum found find_in(const char *search, const char *name, char *path, char *link)
{
    char again[PATH_MAX] = "";
    enum found missed = NOT_FOUND;
    bool past_floe = false;
    for (const char *from = search;; from++) {
        size_t length = strcspn(from, ":");
        int n = snprintf(path, PATH_MAX, "%.*s%s%s", (int)length, from, length == 0 ? "" : "/", name);
        from += length;
        struct stat st;
        if (n < PATH_MAX && stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
            if (same_as_self(&st))
                pass(path, &past_floe, link);
            else if (faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) != 0)
                missed = NOT_EXECUTABLE;
            else if (carries_mark(path))
                pass(path, &past_floe, link);
            else if (was_run_above(&st)) {
                if (*again == '\0')
                    strcpy(again, path);
            } else
                return past_floe ? FOUND_PAST_FLOE : FOUND;
        }
        if (*from == '\0') {
            if (*again == '\0')
                return missed;
            strcpy(path, again); /* a compiler that runs itself */
            return past_floe ? FOUND_PAST_FLOE : FOUND;
        }
    }
}

/* Where compilers are when PATH does not say it. */
#define STANDARD_PATH "/usr/local/bin:/usr/bin:/bin"

/* Replaces path by what the link there says; false if there is no link. */
static bool follow(char *path)
{
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length <= 0)
        return false;
    target[length] = '\0';
    size_t parent = target[0] == '/' ? 0 : (size_t)(base_name(path) - path);
    if (parent + (size_t)length >= PATH_MAX)
        return false;
    strcpy(path + parent, target);
    return true;
}

/*
 * A build may have all of its programs in one directory of links (Yocto's hosttools), made when PATH had Floe's links
 * first. Its gcc leads to Floe, and no other gcc is in PATH. Without Floe that link would lead to the compiler of the
 * standard directories. A link may have another name than the one that it leads to; then the names on the way count,
 * nearest to floe-cc last.
 */
static enum found find_behind(const char *link, const char *search, char *path)
{
    enum { LONGEST_CHAIN = 40 };
    char at[PATH_MAX], passed[PATH_MAX] = "?";
    strcpy(at, link);
    for (int hops = 0; hops < LONGEST_CHAIN; hops++) {
        const char *name = base_name(at);
        enum found found = hops == 0 ? NOT_FOUND : find_in(search, name, path, passed);
        if (found == NOT_FOUND)
            found = find_in(STANDARD_PATH, name, path, passed);
        if (found == FOUND || found == FOUND_PAST_FLOE)
            return FOUND_PAST_FLOE;
        if (!follow(at))
            break;
    }
    return NOT_FOUND;
}

enum found find_compiler(const char *name, const char *called_as, char *path)
{
    char link[PATH_MAX] = "";
    const char *search = getenv("PATH");
    if (search == NULL)
        search = "/bin:/usr/bin"; /* as execvp has it */
    enum found found = find_in(search, name, path, link);
    if (found != NOT_FOUND)
        return found;
    if (called_as != NULL && strlen(called_as) < sizeof link && strchr(called_as, '/') != NULL)
        strcpy(link, called_as);
    return *link == '\0' ? NOT_FOUND : find_behind(link, search, path);
}
