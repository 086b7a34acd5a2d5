const char *raw = R"x(
#include "no such file.h"
)x";
