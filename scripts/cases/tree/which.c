#include <which.h>
int which(void) { return WHICH; }
