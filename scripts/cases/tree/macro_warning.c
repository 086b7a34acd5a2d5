#define COMPARE(a, b) ((a) == (b))
#define UNUSED_MACRO 1
int compare(int a, unsigned b) { return COMPARE(a, b); }
