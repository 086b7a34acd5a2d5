/* The way out that is always open: this process becomes the real compiler. */
#ifndef FLOE_EXEC_H
#define FLOE_EXEC_H

enum { EXEC_KEEP_SOCKET = 1, EXEC_MARK_ACTIVE = 2, EXEC_NAME_TURN = 4 };

/* Leaves nothing behind and runs the real compiler with the user's arguments. Flags are those of EXEC. */
_Noreturn void exec_compiler(unsigned flags);

/* Leaves nothing behind when a signal ends this process; safe in a signal handler. */
void exec_clean_up_in_handler(void);

#endif
