/*
 * Integers, strings and lists: out of a payload that is not believed, and into a frame. docs/wrapper-protocol.md.
 * Whatever is wrong with a payload ends in fall_back.
 */
#ifndef FLOE_CODEC_H
#define FLOE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is still to be taken of a payload. */
struct payload {
    const unsigned char *at, *end;
};

uint8_t take_u8(struct payload *payload);
uint32_t take_u32(struct payload *payload);
uint64_t take_u64(struct payload *payload);
/*
 * Copied with a zero at its end into room of `size` bytes; false if it is too long for that. A zero inside is a
 * broken peer.
 */
bool take_path(struct payload *payload, char *room, size_t size);
char *take_string(struct payload *payload);
char **take_list(struct payload *payload);
void take_end(const struct payload *payload);

enum { FRAME_HEAD = 5 }; /* bytes of a frame before its payload: the length in four, the type */

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
unsigned char *frame_bytes(void); /* the frame: FRAME_HEAD and frame_length() bytes; its length is not filled in */

#endif
