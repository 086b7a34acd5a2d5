/*
 * How the library gets into a program, hides, and goes on into the programs that this one starts.
 *
 * FLOE_OBSERVE and our part of LD_PRELOAD are taken out of the environment before the program looks at it, and put
 * into that of each program that it executes, whatever it passes on to it. So the program and what it writes cannot
 * show them, and a program that clears its environment is observed as any other. A program of another ELF class or
 * machine, into which this library does not fit, is executed without it, because the loader would complain; the reader
 * finds that it has left no record.
 */
#include "process.h"

#include "record.h"
#include "system.h"

enum { LONGEST_LIBRARY = 512, ELF_HEADER = 20, LINE = 256 };

static const char VARIABLE[] = "FLOE_OBSERVE=", PRELOAD[] = "LD_PRELOAD=";

extern char **environ __attribute__((weak));

static int state; /* 0: not started, 1: being started, 2: started */
static const char *setting; /* FLOE_OBSERVE=...; null if nothing is observed */
static char library[LONGEST_LIBRARY];
static uint32_t library_length;

/* The first library of the list is this one. False if the whole setting is to go. */
static _Bool without_library(char *preload)
{
    char *value = preload + sizeof PRELOAD - 1, *end = value;
    while (*end != '\0' && *end != ':' && *end != ' ')
        end++;
    library_length = (uint32_t)(end - value);
    if (library_length < LONGEST_LIBRARY)
        copy_bytes(library, value, library_length);
    else
        library_length = 0;
    if (*end == '\0')
        return 0;
    copy_bytes(value, end + 1, length_of(end + 1) + 1);
    return 1;
}

static void hide(char **variables)
{
    char **from, **to;
    for (from = variables; *from != 0 && !begins_with(*from, VARIABLE); from++)
        ;
    if (*from == 0)
        return;
    setting = *from;
    for (from = to = variables; *from != 0; from++)
        if (*from != setting && (!begins_with(*from, PRELOAD) || library_length != 0 || without_library(*from)))
            *to++ = *from;
    while (to < from)
        *to++ = 0;
}

static void start(char **environment)
{
    char **variables = &environ != 0 && environ != 0 ? environ : environment;
    if (variables == 0)
        return;
    hide(variables);
    if (setting != 0 && (library_length == 0 || !record_open(setting + sizeof VARIABLE - 1)))
        setting = 0;
}

void observe(char **environment)
{
    int none = 0;
    if (__atomic_load_n(&state, __ATOMIC_ACQUIRE) == 2)
        return;
    /* Before the C library is set up there is no environment to look at, and no second thread. */
    if (environment == 0 && (&environ == 0 || environ == 0))
        return;
    if (__atomic_compare_exchange_n(&state, &none, 1, 0, __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE)) {
        start(environment);
        __atomic_store_n(&state, 2, __ATOMIC_RELEASE);
    }
    while (__atomic_load_n(&state, __ATOMIC_ACQUIRE) != 2)
        SYSTEM_CALL(CALL_YIELD, 0, 0, 0, 0);
}

/* glibc calls constructors with the arguments of main; musl without, but then it has set environ. */
__attribute__((constructor)) static void begin(int count, char **arguments, char **environment)
{
    (void)count, (void)arguments;
    observe(&environ != 0 && environ != 0 ? environ : environment);
}

__attribute__((destructor)) static void end(void) { record_process(RECORD_END, 0, process_id(), 0); }

/* The first bytes of a file, zeros after its end. */
static void read_start(const char *path, char start[LINE])
{
    for (int i = 0; i < LINE; i++)
        start[i] = 0;
    long file = SYSTEM_CALL(CALL_OPENAT, AT_CWD, path, OPEN_CLOSE_ON_EXEC, 0);
    if (!IS_FAILURE(file)) {
        SYSTEM_CALL(CALL_READ, file, start, LINE - 1, 0);
        SYSTEM_CALL(CALL_CLOSE, file, 0, 0, 0);
    }
}

/* Whether the loader of the program, or of a script's interpreter, can take this library. */
static _Bool fits(const char *path)
{
    char start[LINE];
    read_start(path, start);
    for (int depth = 0; depth < 4 && start[0] == '#' && start[1] == '!'; depth++) {
        char *name = start + 2;
        while (*name == ' ' || *name == '\t')
            name++;
        char *name_end = name;
        while (*name_end != '\0' && *name_end != ' ' && *name_end != '\t' && *name_end != '\n')
            name_end++;
        *name_end = '\0';
        char interpreter[LINE];
        copy_bytes(interpreter, name, (uint32_t)(name_end - name) + 1);
        record_path(RECORD_READ, 0, AT_CWD, interpreter);
        read_start(interpreter, start);
    }
    if (!begins_with(start, "\177ELF"))
        return 1;
    return start[4] == (sizeof(void *) == 8 ? 2 : 1) && (uint8_t)start[18] == ELF_MACHINE && start[19] == 0;
}

_Bool is_injected(const char *path) { return setting != 0 && (path == 0 || fits(path)); }

uint32_t injected_count(char *const *environment)
{
    uint32_t count = 0;
    while (environment != 0 && environment[count] != 0)
        count++;
    return count + 3;
}

uint32_t injected_size(char *const *environment)
{
    uint32_t size = sizeof PRELOAD + library_length + 1;
    for (; environment != 0 && *environment != 0; environment++)
        if (begins_with(*environment, PRELOAD))
            return size + length_of(*environment);
    return size;
}

void inject(char *const *environment, char **variables, char *preload)
{
    char *end = copy_bytes(copy_bytes(preload, PRELOAD, sizeof PRELOAD - 1), library, library_length);
    *end = '\0';
    _Bool placed = 0;
    for (; environment != 0 && *environment != 0; environment++) {
        if (begins_with(*environment, VARIABLE))
            continue;
        if (!placed && begins_with(*environment, PRELOAD)) {
            const char *value = *environment + sizeof PRELOAD - 1;
            *end++ = ':';
            copy_bytes(end, value, length_of(value) + 1);
            *variables++ = preload;
            placed = 1;
        } else {
            *variables++ = *environment;
        }
    }
    if (!placed)
        *variables++ = preload;
    *variables++ = (char *)setting;
    *variables = 0;
}
