#define ROOTED 1
