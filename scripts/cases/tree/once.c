#include "inc/a/once.h"
#include "inc/b/once.h"
int once(void) { return ONCE_COUNT; }
