#include <which.h>
int which(void) { return WHICH; }
const char *quoted = FROM_RESPONSE;
