#include <rooted.h>
int rooted(void) { return ROOTED; }
