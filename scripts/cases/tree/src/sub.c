#include "../deep/er/deeper.h"
int sub(void) { return DEEPER; }
