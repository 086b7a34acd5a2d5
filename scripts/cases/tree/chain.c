#include <chain.h>
int chain(void) { return CHAIN_A + CHAIN_B; }
