#include "signals.h"

#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
static const int quiet[] = {SIGPIPE, SIGXFSZ};

enum { DEADLY = sizeof deadly / sizeof *deadly, QUIET = sizeof quiet / sizeof *quiet };

static bool caught;
static struct sigaction found_deadly[DEADLY], found_quiet[QUIET], found_child;
static sigset_t found_mask, deadly_mask;
static void (*clean_up)(void); /* set before the handler is */

static void clean_up_and_die(int signal_number)
{
    clean_up();
    signal(signal_number, SIG_DFL);
    raise(signal_number); /* held back until this handler returns */
}

void signals_catch(void (*in_handler)(void))
{
    clean_up = in_handler;
    sigemptyset(&deadly_mask);
    for (int i = 0; i < DEADLY; i++)
        sigaddset(&deadly_mask, deadly[i]);
    sigprocmask(SIG_BLOCK, &deadly_mask, &found_mask);

    struct sigaction die = {.sa_handler = clean_up_and_die, .sa_mask = deadly_mask, .sa_flags = SA_RESTART};
    for (int i = 0; i < DEADLY; i++) {
        sigaction(deadly[i], NULL, &found_deadly[i]);
        if (found_deadly[i].sa_handler != SIG_IGN)
            sigaction(deadly[i], &die, NULL);
    }
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    for (int i = 0; i < QUIET; i++)
        sigaction(quiet[i], &ignore, &found_quiet[i]);
    /* Who ignores SIGCHLD cannot wait for a child. */
    struct sigaction normal = {.sa_handler = SIG_DFL};
    sigaction(SIGCHLD, &normal, &found_child);
    caught = true;
    sigprocmask(SIG_SETMASK, &found_mask, NULL);
}

void signals_hold(void)
{
    if (caught)
        sigprocmask(SIG_BLOCK, &deadly_mask, NULL);
}

void signals_release(void)
{
    if (caught)
        sigprocmask(SIG_SETMASK, &found_mask, NULL);
}

void signals_restore(void)
{
    if (!caught)
        return;
    for (int i = 0; i < DEADLY; i++)
        sigaction(deadly[i], &found_deadly[i], NULL);
    for (int i = 0; i < QUIET; i++)
        sigaction(quiet[i], &found_quiet[i], NULL);
    sigaction(SIGCHLD, &found_child, NULL);
    caught = false;
    sigprocmask(SIG_SETMASK, &found_mask, NULL);
}

void signals_for_child(sigset_t *mask, sigset_t *defaults)
{
    *mask = found_mask;
    sigemptyset(defaults);
    for (int i = 0; i < QUIET; i++)
        if (found_quiet[i].sa_handler != SIG_IGN)
            sigaddset(defaults, quiet[i]);
}
