#include "pre.h"
size_t pre(struct pre *p) { return p->size; }
