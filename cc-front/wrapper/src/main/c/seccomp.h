/* The system calls that a job has no business with. */
#ifndef FLOE_SECCOMP_H
#define FLOE_SECCOMP_H

/* For this process and all that it starts, for good; 0 or an errno. */
int filter_install(void);

#endif
