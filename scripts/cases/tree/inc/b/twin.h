#define TWIN 1
int twin_one;
