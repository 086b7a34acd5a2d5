/* The session of this process, by which the node tells builds apart. */
#ifndef FLOE_SESSION_H
#define FLOE_SESSION_H

#include <stdint.h>

struct session {
    uint32_t leader; /* its process id; 0 if the leader is in another PID namespace */
    uint64_t start;  /* when the leader started, in clock ticks since the boot; 0 if that is unknown */
};

struct session own_session(void);

#endif
