#include "hello.h"
int wrong(void)
{
    return missing_name + GREETING;
}
struct { int x
