/*
 * floe-cc: the wrapper in front of a compiler; floe-run, the innermost step of the sandbox; and `floe run`.
 * docs/wrapper-protocol.md
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include "build.h"
#include "compiler_lookup.h"
#include "connect.h"
#include "exec.h"
#include "fallback.h"
#include "invocation.h"
#include "node_session.h"
#include "sandbox_init.h"
#include "signals.h"

enum { DEEPEST = 10, USAGE_ERROR = 2, EXIT_RECURSION = 111 };

extern char **environ;

/* clang-format off */
static const char usage[] =
    "Usage: floe-cc COMPILER [ARGUMENT...]     compile through Floe\n"
    "       COMPILER [ARGUMENT...]             the same, where COMPILER is a link to floe-cc\n"
    "       floe-cc --help | --version\n"
    "\n"
    "  FLOE_MODE        auto (default): on the machine expected to finish first;\n"
    "                   local: on this machine, in a slot of the node;\n"
    "                   remote: on a peer, if the command allows it; off: without the node\n"
    "  FLOE_NODE        name of the node to compile on; implies remote\n"
    "  FLOE_BUILD       name of the build that the command belongs to, for floe builds\n"
    "  FLOE_SOCKET      socket of the node; by default the first that answers of\n"
    "                   $XDG_RUNTIME_DIR/floe/node.sock, /run/user/UID/floe/node.sock,\n"
    "                   ~/.local/share/floe/node.sock and /run/floe/node.sock\n"
    "  FLOE_VERBOSE     1: print why the node is not used\n"
    "  FLOE_SILENCE_MS  how many milliseconds the wrapper waits for a silent node before it\n"
    "                   compiles locally (default: 15000)\n";
/* clang-format on */

static const char *variable(const char *name, const char *otherwise)
{
    const char *value = getenv(name);
    return value == NULL || *value == '\0' ? otherwise : value;
}

static void print_and_leave(const char *text)
{
    _exit(write(1, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : 1);
}

static void read_settings(void)
{
    invoked.mode = variable("FLOE_MODE", "auto");
    static const char *const modes[] = {"auto", "local", "remote", "off", "explain"};
    bool known = false;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        known = known || strcmp(invoked.mode, modes[i]) == 0;
    if (!known) {
        say("FLOE_MODE=%s: must be auto, local, remote or off", invoked.mode);
        _exit(USAGE_ERROR);
    }
    const char *silence = variable("FLOE_SILENCE_MS", "15000");
    char *end;
    errno = 0;
    long ms = strtol(silence, &end, 10);
    if (errno != 0 || *end != '\0' || ms < 1 || ms > INT_MAX) {
        say("FLOE_SILENCE_MS=%s: must be a number of milliseconds, at least 1", silence);
        _exit(USAGE_ERROR);
    }
    invoked.silence_ms = (int)ms;
    invoked.node = variable("FLOE_NODE", "");
    invoked.verbose = strcmp(variable("FLOE_VERBOSE", "0"), "0") != 0;
}

/* called_as: the path by which this program was called under that name, NULL if it was not. */
static void resolve_in_path(const char *name, const char *called_as)
{
    static char path[PATH_MAX];
    enum found found = find_compiler(name, called_as, path);
    if (found == NOT_FOUND || found == NOT_EXECUTABLE) {
        say("%s: %s in PATH", name, found == NOT_FOUND ? "not found" : "not executable");
        _exit(found == NOT_FOUND ? 127 : 126);
    }
    invoked.compiler = path;
    /* Compilers look themselves up in PATH; where that would lead to floe-cc, they are told where they are. */
    if (found == FOUND_PAST_FLOE || called_as != NULL)
        invoked.argv[0] = path;
}

/* As the user named it, unless that is this program; then the next of that name in PATH. */
static void resolve_compiler(char **argv)
{
    invoked.argv = argv;
    if (strchr(argv[0], '/') == NULL)
        resolve_in_path(argv[0], NULL);
    else if (is_floe(argv[0]))
        resolve_in_path(base_name(argv[0]), argv[0]);
    else
        invoked.compiler = argv[0];
}

static bool is_prefix_name(const char *path)
{
    return strncmp(base_name(path), "floe-cc", 7) == 0;
}

/* `floe-cc floe-cc gcc` is `floe-cc gcc`. */
static char **skip_own_name(char **argv)
{
    while (*argv != NULL && is_prefix_name(*argv))
        argv++;
    return argv;
}

static void read_command(char **argv)
{
    if (!is_prefix_name(argv[0])) {
        invoked.argv = argv;
        const char *started_as = (const char *)getauxval(AT_EXECFN);
        resolve_in_path(base_name(argv[0]), started_as == NULL ? argv[0] : started_as);
        return;
    }
    argv = skip_own_name(argv);
    if (*argv == NULL) {
        say("no compiler given; see floe-cc --help");
        _exit(USAGE_ERROR);
    }
    if (strcmp(*argv, "--help") == 0)
        print_and_leave(usage);
    if (strcmp(*argv, "--version") == 0)
        print_and_leave("floe-cc " FLOE_VERSION "\n");
    if (**argv == '-') {
        say("%s: unknown option; the compiler comes first: floe-cc COMPILER ARGUMENT...", *argv);
        _exit(USAGE_ERROR);
    }
    resolve_compiler(argv);
}

/*
 * With one of 0, 1, 2 closed compilers do odd things (gcc fails, for its own files land there); those are theirs to
 * do.
 */
static bool is_missing_a_standard_descriptor(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            return true;
    return false;
}

int main(int argc, char **argv)
{
    if (argc == 0)
        return USAGE_ERROR;
    if (strcmp(base_name(argv[0]), "floe-run") == 0)
        return run(argv + 1);
    if (argc > 1 && strcmp(argv[1], "--floe-run") == 0 && is_prefix_name(argv[0]))
        return run(argv + 2);
    if (argc > 1 && strcmp(argv[1], "--floe-build") == 0 && is_prefix_name(argv[0]))
        return build(argv + 2);
    fall_back_by(exec_compiler);
    invoked.environment = environ;
    read_command(argv);
    read_settings();
    if (level() >= DEEPEST) {
        say("called itself %d times in a row through %s: leave one of them out of PATH", level(), invoked.compiler);
        return EXIT_RECURSION;
    }
    if (strcmp(invoked.mode, "off") == 0 || *variable("FLOE_ACTIVE", "") != '\0')
        exec_compiler(0);
    if (is_missing_a_standard_descriptor())
        fall_back("standard input, output or error is closed");
    int socket = dial();
    signals_catch(exec_clean_up_in_handler);
    run_node_session(socket);
}
