#include "start.h"
        .text
        .globl START
START:
        ret
