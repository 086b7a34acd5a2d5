/* Frames over the node's socket: docs/wrapper-protocol.md. Whatever goes wrong here ends in fall_back. */
#ifndef FLOE_FRAME_IO_H
#define FLOE_FRAME_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec.h"

enum {
    HELLO = 0x01,
    COMMAND = 0x03,
    STAT = 0x10,
    READ = 0x11,
    RUN = 0x12,
    OPEN = 0x13,
    COMMIT = 0x14,
    DISCARD = 0x15,
    PRINT = 0x16,
    EXIT = 0x17,
    EXEC = 0x18,
    ALIVE = 0x19,
    COPY = 0x1a,
    LIST = 0x1b,
    STATS = 0x20,
    FILE_BEGIN = 0x21,
    CHUNK = 0x22,
    FILE_END = 0x23,
    RAN = 0x24,
    DONE = 0x25,
    NAMES = 0x26,
    DECLINED = 0x32,
    FRAME_LIMIT = (16 << 20) + (64 << 10),
    CHUNK_LIMIT = 1 << 20,
    PIECE = 256 << 10
};

/* The head of a frame, and how much of its payload is still to be taken. */
struct frame {
    uint8_t type;
    uint32_t left;
};

void wire_start(int fd);
int wire_descriptor(void); /* -1 if there is no connection */
/*
 * Waits until a connection to the node is ready. A node that is alive never lets the time of a silence run out, and one
 * that is seen to be frozen is given up earlier.
 */
void wire_await(int fd, short event);
bool wire_is_silent(void); /* whether fall_back was called because the node let the time run out */
void wire_close(void);
void wire_keep(void); /* moves the socket out of the way, and leaves it open across exec */

struct frame wire_next(void);

/* The next bytes of the payload, at most PIECE of them, valid until the next call; NULL at its end. */
const unsigned char *wire_piece(struct frame *frame, size_t *length);

/* The whole payload as a decoder; valid until the next call. */
struct payload wire_payload(struct frame *frame);

/* The first descriptor that came with the frames so far, for the caller to close; -1 if there is none. */
int wire_take_descriptor(void);

/* Sends the frame in the making. */
void frame_send(void);
void frame_send_with(int descriptor); /* which goes along with it; none if it is below 0 */

#endif
