#include <stddef.h>
struct pre { size_t size; int value; };
