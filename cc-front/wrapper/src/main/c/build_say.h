/* What `floe run` tells its user. */
#ifndef FLOE_BUILD_SAY_H
#define FLOE_BUILD_SAY_H

/* One line on standard error that begins with "floe: "; without control characters, and cut after some 4 KiB. */
void build_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
