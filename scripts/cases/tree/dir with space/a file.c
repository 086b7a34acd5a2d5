#include "hello.h"
int spaced;
