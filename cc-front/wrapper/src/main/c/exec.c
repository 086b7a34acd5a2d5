#include "exec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "frame_io.h"
#include "invocation.h"
#include "outputs.h"
#include "signals.h"
#include "subprocess.h"

static bool is_variable(const char *entry, const char *assignment)
{
    return strncmp(entry, assignment, strcspn(assignment, "=") + 1) == 0;
}

/* The user's environment with this wrapper's marks; without them if there is no memory. */
static char **marked_environment(bool active)
{
    static char level_mark[32];
    static char active_mark[] = "FLOE_ACTIVE=1";
    static char past_mark[1024] = "FLOE_PAST=";
    static char turn_mark[256] = "FLOE_TURN=";
    snprintf(level_mark, sizeof level_mark, "FLOE_LEVEL=%d", level() + 1);
    struct stat st;
    const char *past = getenv("FLOE_PAST");
    if (stat(invoked.compiler, &st) == 0)
        snprintf(past_mark, sizeof past_mark, "FLOE_PAST=%llx:%llx,%.900s", (unsigned long long)st.st_dev,
                 (unsigned long long)st.st_ino, past == NULL ? "" : past);

    if (invoked.turn != NULL)
        snprintf(turn_mark, sizeof turn_mark, "FLOE_TURN=%s", invoked.turn);

    size_t count = 0;
    while (invoked.environment[count] != NULL)
        count++;
    char **marked = malloc((count + 5) * sizeof *marked);
    if (marked == NULL)
        return invoked.environment;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        char *entry = invoked.environment[i];
        if (!is_variable(entry, level_mark) && !is_variable(entry, past_mark) && !is_variable(entry, turn_mark) &&
            !(active && is_variable(entry, active_mark)))
            marked[n++] = entry;
    }
    marked[n++] = level_mark;
    marked[n++] = past_mark;
    if (invoked.turn != NULL)
        marked[n++] = turn_mark;
    if (active)
        marked[n++] = active_mark;
    marked[n] = NULL;
    return marked;
}

/* What execvp does with a script that has no first line: gives it to the shell. */
static void exec_by_shell(char **environment)
{
    size_t count = 0;
    while (invoked.argv[count] != NULL)
        count++;
    char **argv = malloc((count + 2) * sizeof *argv);
    if (argv == NULL)
        return;
    argv[0] = (char[]){"sh"};
    argv[1] = (char *)invoked.compiler;
    for (size_t i = 1; i <= count; i++)
        argv[i + 1] = invoked.argv[i];
    execve("/bin/sh", argv, environment);
}

_Noreturn void exec_compiler(unsigned flags)
{
    if (strcmp(invoked.mode, "explain") == 0) {
        say("no node explains this; is one running? see: floe doctor");
        _exit(1);
    }
    signals_hold();
    child_end();
    outputs_discard();
    if (flags & EXEC_KEEP_SOCKET)
        wire_keep();
    else
        wire_close();
    char **environment = marked_environment(flags & EXEC_MARK_ACTIVE);
    signals_restore();

    execve(invoked.compiler, invoked.argv, environment);
    if (errno == E2BIG) /* the marks may be what was too much */
        execve(invoked.compiler, invoked.argv, invoked.environment);
    if (errno == ENOEXEC)
        exec_by_shell(environment);
    int error = errno;
    say("%s: %s", invoked.compiler, strerror(error));
    _exit(error == ENOENT ? 127 : 126);
}

/* Only calls that are safe in a handler. The socket closes with the process, and that cancels the job. */
void exec_clean_up_in_handler(void)
{
    child_stop();
    outputs_discard_in_handler();
}
