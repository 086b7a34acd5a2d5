#include "build_say.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void build_say(const char *format, ...)
{
    char line[4608];
    int n = snprintf(line, sizeof line, "floe: ");
    va_list arguments;
    va_start(arguments, format);
    n += vsnprintf(line + n, sizeof line - (size_t)n, format, arguments);
    va_end(arguments);
    if (n > (int)sizeof line - 1)
        n = sizeof line - 1;
    for (int i = 0; i < n; i++)
        if ((unsigned char)line[i] < ' ' || line[i] == 0x7f)
            line[i] = '?';
    line[n++] = '\n';
    if (write(2, line, (size_t)n) < 0)
        return; /* there is nobody to tell */
}
