#define CHAIN_B 2
