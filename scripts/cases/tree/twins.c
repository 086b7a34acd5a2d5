#include "inc/a/twin.h"
#undef TWIN
#include "inc/b/twin.h"
int twins(void) { return TWIN; }
