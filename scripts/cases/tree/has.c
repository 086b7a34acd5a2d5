#if __has_include("maybe.h")
#include "maybe.h"
#else
#define MAYBE 0
#endif
#if __has_include(<which.h>)
#include <which.h>
#endif
int has(void) { return MAYBE; }
