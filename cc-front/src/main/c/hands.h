/* Serves the node until this process exits or becomes the compiler. */
#ifndef FLOE_HANDS_H
#define FLOE_HANDS_H

_Noreturn void serve_node(int socket);

#endif
