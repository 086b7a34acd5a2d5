/* The way out that is always open: this process becomes the real compiler. */
#ifndef FLOE_EXEC_H
#define FLOE_EXEC_H

enum { EXEC_KEEP_SOCKET = 1, EXEC_MARK_ACTIVE = 2, EXEC_NAME_TURN = 4 };

/* Leaves nothing behind and runs the real compiler with the user's arguments. Flags are those of EXEC. */
_Noreturn void exec_compiler(unsigned flags);

/* The same because of something about the node, which is said if the user asked for it. */
_Noreturn void fall_back(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* How many wrappers stand above this one (FLOE_LEVEL). */
int level(void);

#endif
