/* Serves the node until this process exits or becomes the compiler. */
#ifndef FLOE_NODE_SESSION_H
#define FLOE_NODE_SESSION_H

_Noreturn void run_node_session(int socket);

#endif
