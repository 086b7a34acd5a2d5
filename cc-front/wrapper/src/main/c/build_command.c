#include "build_command.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "build_say.h"

enum { NOT_EXECUTED = 126, NOT_THERE = 127 };

static const int passed_on[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM};
enum { PASSED_ON = sizeof passed_on / sizeof *passed_on };
static struct sigaction found[PASSED_ON], found_child;
static sigset_t found_mask;
static volatile pid_t command_id;

/* What the terminal sends, it sends to the whole process group. */
static void pass_on(int signal_number, siginfo_t *info, void *context)
{
    (void)context;
    if (info->si_code <= 0 && command_id > 0) {
        int error = errno;
        kill(command_id, signal_number);
        errno = error;
    }
}

static void child_changed(int signal_number)
{
    (void)signal_number; /* it has ended the wait */
}

static void catch_signals(void)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGCHLD);
    for (int i = 0; i < PASSED_ON; i++)
        sigaddset(&held, passed_on[i]);
    sigprocmask(SIG_BLOCK, &held, &found_mask);
    struct sigaction pass = {.sa_sigaction = pass_on, .sa_mask = held, .sa_flags = SA_SIGINFO};
    for (int i = 0; i < PASSED_ON; i++) {
        sigaction(passed_on[i], NULL, &found[i]);
        if (found[i].sa_handler != SIG_IGN)
            sigaction(passed_on[i], &pass, NULL);
    }
    struct sigaction changed = {.sa_handler = child_changed};
    sigaction(SIGCHLD, &changed, &found_child);
}

static void restore_signals(void)
{
    for (int i = 0; i < PASSED_ON; i++)
        sigaction(passed_on[i], &found[i], NULL);
    sigaction(SIGCHLD, &found_child, NULL);
    sigprocmask(SIG_SETMASK, &found_mask, NULL);
}

int build_command_exec(char **command)
{
    execvp(command[0], command);
    int error = errno;
    build_say("%s: %s", command[0], strerror(error));
    return error == ENOENT ? NOT_THERE : NOT_EXECUTED;
}

int build_command_start(char **command)
{
    catch_signals();
    command_id = fork();
    if (command_id == 0) {
        restore_signals();
        _exit(build_command_exec(command));
    }
    return command_id < 0 ? errno : 0;
}

const sigset_t *build_command_wait_mask(void)
{
    return &found_mask;
}

bool build_command_has_ended(int *status)
{
    int one;
    bool ended = false;
    for (pid_t pid; (pid = waitpid(-1, &one, WNOHANG)) > 0;) {
        if (pid == command_id) {
            *status = one;
            ended = true;
        }
    }
    return ended;
}

int build_command_end_like(int status)
{
    if (!WIFSIGNALED(status))
        return WEXITSTATUS(status);
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(WTERMSIG(status), SIG_DFL);
    sigset_t it;
    sigemptyset(&it);
    sigaddset(&it, WTERMSIG(status));
    raise(WTERMSIG(status));
    sigprocmask(SIG_UNBLOCK, &it, NULL);
    return 128 + WTERMSIG(status);
}
