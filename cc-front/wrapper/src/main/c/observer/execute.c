/*
 * Functions that start programs. They may run in a vfork child, which shares all memory with its parent: they allocate
 * on the stack only, and change nothing that lasts.
 */
#include <stdarg.h>

#include "errors.h"
#include "process.h"
#include "record.h"
#include "symbols.h"
#include "system.h"

enum { NOT_FOUND = 2, NOT_PERMITTED = 13 };

extern char **environ __attribute__((weak));

/* The environment for a program, on the caller's stack. */
#define ENVIRONMENT_FOR(path, environment, result)                                   \
    char *const *result = environment;                                               \
    _Bool injected_ = is_injected(path);                                             \
    char *variables_[injected_ ? injected_count(environment) : 1];                   \
    char preload_[injected_ ? injected_size(environment) : 1];                       \
    if (injected_)                                                                   \
        inject(environment, variables_, preload_), result = variables_

static int not_executed(int directory, const char *path, int result)
{
    int error = *error_number();
    record_process(RECORD_NOT_EXECUTED, (uint8_t)error, process_id(), 0);
    if (path != 0)
        record_look(RECORD_SEEN, directory, path, error);
    return result;
}

EXPORT int execve(const char *path, char *const *arguments, char *const *environment)
{
    OBSERVE();
    ENVIRONMENT_FOR(path, environment, variables);
    record_process(RECORD_EXECUTE, 0, process_id(), path);
    return not_executed(AT_CWD, path, NEXT(execve, path, arguments, variables));
}

EXPORT int execv(const char *path, char *const *arguments)
{
    return execve(path, arguments, environ);
}

static int by_descriptor(int descriptor, char *path)
{
    return path_of_descriptor(descriptor, path) > 0 ? 1 : (record_gap(GAP_DIRECTORY), 0);
}

EXPORT int fexecve(int descriptor, char *const *arguments, char *const *environment)
{
    char path[LONGEST_PATH];
    OBSERVE();
    const char *known = by_descriptor(descriptor, path) ? path : 0;
    ENVIRONMENT_FOR(known, environment, variables);
    record_process(RECORD_EXECUTE, 0, process_id(), known);
    return not_executed(AT_CWD, known, NEXT(fexecve, descriptor, arguments, variables));
}

EXPORT int execveat(int directory, const char *path, char *const *arguments, char *const *environment, int flags)
{
    char base[LONGEST_PATH];
    OBSERVE();
    const char *known = path;
    if (path[0] != '/' && directory != AT_CWD) {
        known = path[0] == '\0' && by_descriptor(directory, base) ? base : 0;
        if (known == 0)
            record_gap(GAP_DIRECTORY);
    }
    ENVIRONMENT_FOR(known, environment, variables);
    record_process(RECORD_EXECUTE, 0, process_id(), known);
    return not_executed(directory, path, NEXT(execveat, directory, path, arguments, variables, flags));
}

static const char *search_path(void)
{
    static const char name[] = "PATH=";
    for (char **next = environ; next != 0 && *next != 0; next++)
        if (begins_with(*next, name)) {
            record_variable("PATH", 1);
            return *next + sizeof name - 1;
        }
    record_variable("PATH", 0);
    return "/usr/local/bin:/bin:/usr/bin"; /* all that glibc and musl try */
}

static _Bool can_execute(char *path, char *end)
{
    if (SYSTEM_CALL(CALL_FACCESSAT, AT_CWD, path, MAY_EXECUTE, 0) != 0)
        return 0;
    copy_bytes(end, "/.", 3);
    _Bool is_directory = SYSTEM_CALL(CALL_FACCESSAT, AT_CWD, path, 0, 0) == 0;
    *end = '\0';
    return !is_directory;
}

/* Records where a name without a slash is looked for. Returns its path in the buffer, null if no directory has it. */
static const char *look_in_path(const char *name, char *buffer)
{
    uint32_t length = length_of(name);
    if (length == 0 || has_slash(name))
        return name;
    for (const char *directory = search_path();; directory++) {
        const char *directory_end = directory;
        while (*directory_end != ':' && *directory_end != '\0')
            directory_end++;
        uint32_t directory_length = (uint32_t)(directory_end - directory);
        if (directory_length + length + 4 < LONGEST_PATH) {
            char *end = copy_bytes(buffer, directory, directory_length);
            if (directory_length > 0)
                *end++ = '/';
            end = copy_bytes(end, name, length);
            *end = '\0';
            if (can_execute(buffer, end))
                return buffer;
            _Bool is_there = SYSTEM_CALL(CALL_FACCESSAT, AT_CWD, buffer, 0, 0) == 0;
            record_look(RECORD_SEEN, AT_CWD, buffer, is_there ? NOT_PERMITTED : NOT_FOUND);
        }
        directory = directory_end;
        if (*directory == '\0')
            return 0;
    }
}

EXPORT int execvpe(const char *name, char *const *arguments, char *const *environment)
{
    char buffer[LONGEST_PATH];
    OBSERVE();
    const char *path = look_in_path(name, buffer);
    ENVIRONMENT_FOR(path, environment, variables);
    record_process(RECORD_EXECUTE, 0, process_id(), path != 0 ? path : name);
    return not_executed(AT_CWD, path, NEXT(execvpe, name, arguments, variables));
}

EXPORT int execvp(const char *name, char *const *arguments)
{
    return execvpe(name, arguments, environ);
}

/* The arguments of execl and its kin as an array on the caller's stack. */
#define LISTED_ARGUMENTS(first, list)                                                \
    uint32_t count_ = 1;                                                             \
    va_start(list, first);                                                           \
    while (first != 0 && va_arg(list, char *) != 0)                                  \
        count_++;                                                                    \
    va_end(list);                                                                    \
    char *arguments[count_ + 1];                                                     \
    arguments[0] = (char *)first;                                                    \
    va_start(list, first);                                                           \
    for (uint32_t i = 1; first != 0 && i <= count_; i++)                             \
        arguments[i] = va_arg(list, char *)

EXPORT int execl(const char *path, const char *first, ...)
{
    va_list list;
    LISTED_ARGUMENTS(first, list);
    va_end(list);
    return execve(path, arguments, environ);
}

EXPORT int execlp(const char *name, const char *first, ...)
{
    va_list list;
    LISTED_ARGUMENTS(first, list);
    va_end(list);
    return execvpe(name, arguments, environ);
}

EXPORT int execle(const char *path, const char *first, ...)
{
    va_list list;
    LISTED_ARGUMENTS(first, list);
    char *const *environment = va_arg(list, char *const *);
    va_end(list);
    return execve(path, arguments, environment);
}

/* The result of posix_spawn is an error number. */
static int spawned(const char *path, int process, int result)
{
    if (result == 0)
        record_process(RECORD_SPAWNED, 0, (uint32_t)process, path);
    else if (path != 0)
        record_look(RECORD_SEEN, AT_CWD, path, result);
    return result;
}

EXPORT int posix_spawn(int *process, const char *path, const void *actions, const void *attributes,
                       char *const *arguments, char *const *environment)
{
    int child = 0;
    OBSERVE();
    ENVIRONMENT_FOR(path, environment, variables);
    int result = NEXT_OR(ERROR_NO_SYSTEM_CALL, posix_spawn, &child, path, actions, attributes, arguments, variables);
    if (result == 0 && process != 0)
        *process = child;
    return spawned(path, child, result);
}

EXPORT int posix_spawnp(int *process, const char *name, const void *actions, const void *attributes,
                        char *const *arguments, char *const *environment)
{
    char buffer[LONGEST_PATH];
    int child = 0;
    OBSERVE();
    const char *path = look_in_path(name, buffer);
    ENVIRONMENT_FOR(path, environment, variables);
    int result = NEXT_OR(ERROR_NO_SYSTEM_CALL, posix_spawnp, &child, name, actions, attributes, arguments, variables);
    if (result == 0 && process != 0)
        *process = child;
    return spawned(path, child, result);
}

/* A file that is opened in the child, before its program starts. */
EXPORT int posix_spawn_file_actions_addopen(void *actions, int descriptor, const char *path, int flags, unsigned mode)
{
    OBSERVE();
    if ((flags & OPEN_ACCESS_MODE) != 0)
        record_path(RECORD_WRITTEN, (flags & OPEN_TRUNCATE) == 0, AT_CWD, path);
    else
        record_look(RECORD_READ, AT_CWD, path,
                    SYSTEM_CALL(CALL_FACCESSAT, AT_CWD, path, 0, 0) == 0 ? 0 : NOT_FOUND);
    return NEXT_OR(ERROR_NO_SYSTEM_CALL, posix_spawn_file_actions_addopen, actions, descriptor, path, flags, mode);
}

#define SPAWN_DIRECTORY(name, type)                                                  \
    EXPORT int name(void *actions, type directory)                                   \
    {                                                                                \
        OBSERVE();                                                                   \
        record_gap(GAP_SPAWN_DIRECTORY);                                     \
        return NEXT_OR(ERROR_NO_SYSTEM_CALL, name, actions, directory);              \
    }
SPAWN_DIRECTORY(posix_spawn_file_actions_addchdir_np, const char *)
SPAWN_DIRECTORY(posix_spawn_file_actions_addchdir, const char *)
SPAWN_DIRECTORY(posix_spawn_file_actions_addfchdir_np, int)
SPAWN_DIRECTORY(posix_spawn_file_actions_addfchdir, int)

/* Here libc starts a program by itself. */
EXPORT int system(const char *command)
{
    OBSERVE();
    record_gap(GAP_LIBC_PROGRAM);
    return NEXT(system, command);
}

EXPORT void *popen(const char *command, const char *how)
{
    OBSERVE();
    record_gap(GAP_LIBC_PROGRAM);
    return NEXT_POINTER(popen, command, how);
}

#define PIDFD_SPAWN(name)                                                            \
    EXPORT int name(int *descriptor, const char *path, const void *actions, const void *attributes, \
                    char *const *arguments, char *const *environment)                \
    {                                                                                \
        OBSERVE();                                                                   \
        record_gap(GAP_LIBC_PROGRAM);                                                       \
        return NEXT_OR(ERROR_NO_SYSTEM_CALL, name, descriptor, path, actions, attributes, arguments, environment); \
    }
PIDFD_SPAWN(pidfd_spawn)
PIDFD_SPAWN(pidfd_spawnp)

#define FORK(name)                                                                   \
    EXPORT int name(void)                                                            \
    {                                                                                \
        OBSERVE();                                                                   \
        int result = NEXT(name);                                                     \
        if (result == 0)                                                             \
            record_process(RECORD_FORKED, 0, process_id(), 0);                       \
        return result;                                                               \
    }
FORK(fork)
FORK(_Fork)

/* Nothing else is called when a process ends without exit(), whose end the destructor records. */
#define END(name)                                                                    \
    EXPORT _Noreturn void name(int status)                                           \
    {                                                                                \
        static void *place;                                                          \
        OBSERVE();                                                                   \
        record_process(RECORD_END, 0, process_id(), 0);                              \
        void (*next)(int) = (void (*)(int))next_function(&place, #name);             \
        if (next != 0)                                                               \
            next(status);                                                            \
        __builtin_trap();                                                            \
    }
END(_exit)
END(_Exit)
END(quick_exit)
