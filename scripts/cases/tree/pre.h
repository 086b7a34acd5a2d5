#ifndef PRE_H
#define PRE_H
#include <stddef.h>
struct pre { size_t size; int value; };
#endif
