#include "codec.h"

#include <string.h>

#include "fallback.h"

static unsigned char *out;
static size_t out_length, out_room;

static const unsigned char *take(struct payload *payload, size_t length)
{
    if ((size_t)(payload->end - payload->at) < length)
        fall_back("a frame from the node ends early");
    const unsigned char *bytes = payload->at;
    payload->at += length;
    return bytes;
}

static uint64_t take_integer(struct payload *payload, size_t length)
{
    const unsigned char *bytes = take(payload, length);
    uint64_t value = 0;
    for (size_t i = 0; i < length; i++)
        value = value << 8 | bytes[i];
    return value;
}

uint8_t take_u8(struct payload *payload)
{
    return (uint8_t)take_integer(payload, 1);
}

uint32_t take_u32(struct payload *payload)
{
    return (uint32_t)take_integer(payload, 4);
}

uint64_t take_u64(struct payload *payload)
{
    return take_integer(payload, 8);
}

static const unsigned char *take_text(struct payload *payload, size_t *length)
{
    *length = take_u32(payload);
    const unsigned char *bytes = take(payload, *length);
    if (memchr(bytes, 0, *length) != NULL)
        fall_back("a string from the node has a zero in it");
    return bytes;
}

bool take_path(struct payload *payload, char *room, size_t size)
{
    size_t length;
    const unsigned char *bytes = take_text(payload, &length);
    if (length >= size)
        return false;
    memcpy(room, bytes, length);
    room[length] = '\0';
    return true;
}

char *take_string(struct payload *payload)
{
    size_t length;
    const unsigned char *bytes = take_text(payload, &length);
    char *string = get_memory(NULL, length + 1);
    memcpy(string, bytes, length);
    string[length] = '\0';
    return string;
}

char **take_list(struct payload *payload)
{
    uint32_t count = take_u32(payload);
    if (count > (size_t)(payload->end - payload->at) / 4)
        fall_back("a frame from the node ends early");
    char **list = get_memory(NULL, (count + (size_t)1) * sizeof *list);
    for (uint32_t i = 0; i < count; i++)
        list[i] = take_string(payload);
    list[count] = NULL;
    return list;
}

void take_end(const struct payload *payload)
{
    if (payload->at != payload->end)
        fall_back("a frame from the node is longer than its contents");
}

void frame_begin(uint8_t type)
{
    out_length = 0;
    put_u32(0);
    put_bytes(&type, 1);
}

size_t frame_length(void)
{
    return out_length - FRAME_HEAD;
}

unsigned char *frame_room(size_t length)
{
    if (length > out_room - out_length) {
        while (length > out_room - out_length)
            out_room = out_room == 0 ? 8192 : out_room * 2;
        out = get_memory(out, out_room);
    }
    return out + out_length;
}

void frame_claim(size_t length)
{
    out_length += length;
}

unsigned char *frame_bytes(void)
{
    return out;
}

void put_bytes(const void *bytes, size_t length)
{
    memcpy(frame_room(length), bytes, length);
    frame_claim(length);
}

static void put_integer(uint64_t value, int length)
{
    unsigned char *at = frame_room((size_t)length);
    for (int i = 0; i < length; i++)
        at[i] = (unsigned char)(value >> (8 * (length - 1 - i)));
    frame_claim((size_t)length);
}

void put_u16(uint16_t value)
{
    put_integer(value, 2);
}

void put_u32(uint32_t value)
{
    put_integer(value, 4);
}

void put_u64(uint64_t value)
{
    put_integer(value, 8);
}

void put_string(const char *string)
{
    size_t length = strlen(string);
    put_u32((uint32_t)length);
    put_bytes(string, length);
}

void put_list(char *const *strings)
{
    uint32_t count = 0;
    while (strings[count] != NULL)
        count++;
    put_u32(count);
    for (uint32_t i = 0; i < count; i++)
        put_string(strings[i]);
}
