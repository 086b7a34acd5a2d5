#include "invocation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct invocation invoked;

void say(const char *format, ...)
{
    char line[4096];
    int n = snprintf(line, sizeof line, "floe-cc: ");
    va_list arguments;
    va_start(arguments, format);
    n += vsnprintf(line + n, sizeof line - (size_t)n, format, arguments);
    va_end(arguments);
    if (n > (int)sizeof line - 1)
        n = sizeof line - 1;
    line[n++] = '\n';
    if (write(2, line, (size_t)n) < 0)
        return; /* there is nobody to tell */
}

int level(void)
{
    const char *value = getenv("FLOE_LEVEL");
    int n = value == NULL ? 0 : atoi(value);
    return n < 0 ? 0 : n;
}
