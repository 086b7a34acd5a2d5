#define STRING_OF(x) #x
#define NAME_OF(x) STRING_OF(x.h)
#include NAME_OF(hello)
#ifdef FROM
#include FROM
#endif
const char *computed(void) { return GREETING; }
