#include "deeper.h"
#include "../hello.h"
int deep(void) { return DEEPER; }
