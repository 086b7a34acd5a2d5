#include "client_exec.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "build_say.h"

enum { FAILED = 1 };

/* Of this program, without links; without /proc as it was called. */
static const char *own_directory(void)
{
    static char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    const char *called_as = (const char *)getauxval(AT_EXECFN);
    if (length >= 0)
        path[length] = '\0';
    else if (called_as == NULL || realpath(called_as, path) == NULL)
        return ".";
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        return ".";
    *slash = '\0';
    return path;
}

static _Noreturn void exec(const char *program, const char *first, char *const *words)
{
    char path[2 * PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", own_directory(), program);
    size_t count = 0;
    while (words[count] != NULL)
        count++;
    char **argv = malloc((count + 3) * sizeof *argv);
    if (argv == NULL) {
        build_say("out of memory");
        _exit(FAILED);
    }
    size_t at = 0;
    argv[at++] = path;
    if (first != NULL)
        argv[at++] = (char *)first;
    memcpy(argv + at, words, (count + 1) * sizeof *argv);
    execv(path, argv);
    build_say("cannot run %s: %s%s", path, strerror(errno),
              errno == ENOENT ? "; this installation is not whole, install Floe again" : "");
    _exit(FAILED);
}

_Noreturn void client_exec_java(char *const *words)
{
    exec("../lib/floe/floe-java", NULL, words);
}

_Noreturn void client_exec_build(char *const *words)
{
    exec("floe-cc", "--floe-build", words);
}

_Noreturn void client_exec_explain(char *const *words, const char *socket, bool is_json)
{
    setenv("FLOE_MODE", "explain", 1);
    if (is_json)
        setenv("FLOE_EXPLAIN", "json", 1);
    if (socket != NULL)
        setenv("FLOE_SOCKET", socket, 1);
    exec("floe-cc", NULL, words);
}
