#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#if __COUNTER__ == 0
int JOIN(counted, __COUNTER__);
#endif
int JOIN(counted, __LINE__);
const char *file = __FILE__, *base = __BASE_FILE__;
int level = __INCLUDE_LEVEL__;
