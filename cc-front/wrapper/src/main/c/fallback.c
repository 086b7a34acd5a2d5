#include "fallback.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "invocation.h"

static void (*leave)(unsigned);

void fall_back_by(void (*way_out)(unsigned))
{
    leave = way_out;
}

_Noreturn void fall_back(const char *format, ...)
{
    if (invoked.verbose) {
        char why[1024];
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(why, sizeof why, format, arguments);
        va_end(arguments);
        say("compiling here: %s", why);
    }
    if (leave != NULL)
        leave(0);
    abort();
}

void *get_memory(void *old, size_t size)
{
    void *memory = realloc(old, size);
    if (memory == NULL)
        fall_back("out of memory");
    return memory;
}
