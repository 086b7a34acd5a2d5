/* Error numbers, without the C library's headers. */
#ifndef FLOE_OBSERVER_ERRORS_H
#define FLOE_OBSERVER_ERRORS_H

/* The error number of the calling thread. */
int *error_number(void);

#endif
