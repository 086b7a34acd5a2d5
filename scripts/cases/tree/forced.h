#define FORCED 7
