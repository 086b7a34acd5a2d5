#include "contain_error.h"

#include <stdio.h>
#include <unistd.h>

_Noreturn void contain_fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    _exit(CONTAIN_FAILED);
}
