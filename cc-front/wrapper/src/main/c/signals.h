/* Signals: as they were found, as they are while the node is talked to, and as found again. */
#ifndef FLOE_SIGNALS_H
#define FLOE_SIGNALS_H

#include <signal.h>

/*
 * From here on SIGINT, SIGTERM, SIGHUP and SIGQUIT run this function before they kill, unless they were ignored;
 * SIGPIPE and SIGXFSZ become errors.
 */
void signals_catch(void (*in_handler)(void));

/* Delays those four; calls nest no deeper than one. */
void signals_hold(void);
void signals_release(void);

/* Everything as it was found; does nothing before signals_catch. */
void signals_restore(void);

/* For a child: the mask that was found, and the signals that it must have at their defaults. */
void signals_for_child(sigset_t *mask, sigset_t *defaults);

#endif
