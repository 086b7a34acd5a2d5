#define CHAIN_A 1
#include_next <chain.h>
