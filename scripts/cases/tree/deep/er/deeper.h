#include "../../hello.h"
#define DEEPER 3
