#include "errors.h"

extern int *__errno_location(void) __attribute__((weak));

int *error_number(void)
{
    static int unknown;
    return __errno_location != 0 ? __errno_location() : &unknown;
}
