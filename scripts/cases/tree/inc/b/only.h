#define ONLY_ONE 1
