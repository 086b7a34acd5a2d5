const char *date = __DATE__;
const char *when = __TIME__;
