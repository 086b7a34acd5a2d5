/* Frames over the node's socket: docs/wrapper-protocol.md. Whatever goes wrong here ends in fall_back. */
#ifndef FLOE_FRAME_IO_H
#define FLOE_FRAME_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HELLO = 0x01,
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
void wire_close(void);
void wire_keep(void); /* moves the socket out of the way, and leaves it open across exec */

struct frame wire_next(void);

/* The next bytes of the payload, at most PIECE of them, valid until the next call; NULL at its end. */
const unsigned char *wire_piece(struct frame *frame, size_t *length);

/* The whole payload as a decoder; valid until the next call. */
struct payload {
    const unsigned char *at, *end;
};
struct payload wire_payload(struct frame *frame);
uint8_t take_u8(struct payload *payload);
uint32_t take_u32(struct payload *payload);
uint64_t take_u64(struct payload *payload);
/* Copied with a zero at its end into room of `size` bytes; false if it is too long for that. A zero inside is a broken peer. */
bool take_path(struct payload *payload, char *room, size_t size);
char *take_string(struct payload *payload);
char **take_list(struct payload *payload);
void take_end(const struct payload *payload);

/* A frame in the making. Only one at a time. */
void frame_begin(uint8_t type);
void put_u16(uint16_t value);
void put_u32(uint32_t value);
void put_u64(uint64_t value);
void put_bytes(const void *bytes, size_t length);
void put_string(const char *string);
void put_list(char *const *strings);
size_t frame_length(void);
unsigned char *frame_room(size_t length); /* room to write at the frame's end, claimed by frame_claim */
void frame_claim(size_t length);
void frame_send(void);

/* Memory or fall_back. */
void *get_memory(void *old, size_t size);

#endif
