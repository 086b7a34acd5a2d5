/*
 * The command line's side of the node's socket (docs/wrapper-protocol.md): one CONTROL, then LINEs, ALIVEs in
 * between, and LAST.
 */
#include "capacity.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "connect.h"

enum { CONTROL = 0x02, ALIVE = 0x19, LINE = 0x30, LAST = 0x31 };
enum { HEAD = 5, LONGEST_LINE = 4096, MAX_WIDTH = 100000, SILENCE_SECONDS = 6, MOMENT_SECONDS = 5 };

struct line {
    int fd;
    unsigned char bytes[HEAD + LONGEST_LINE];
    size_t length;
};

static struct line watched = {.fd = -1};
static time_t heard;

static time_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

static size_t put_u32(unsigned char *to, uint32_t value)
{
    value = htonl(value);
    memcpy(to, &value, sizeof value);
    return sizeof value;
}

static bool send_request(int fd, const char *const *words, uint32_t count)
{
    unsigned char frame[HEAD + 1024];
    size_t length = HEAD;
    length += put_u32(frame + length, count);
    for (uint32_t i = 0; i < count; i++) {
        size_t word = strlen(words[i]);
        if (word + 4 > sizeof frame - length)
            return false;
        length += put_u32(frame + length, (uint32_t)word);
        memcpy(frame + length, words[i], word);
        length += word;
    }
    put_u32(frame, (uint32_t)(length - HEAD));
    frame[4] = CONTROL;
    return send(fd, frame, length, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)length;
}

enum received { NOTHING_YET, A_LINE, ALL_SAID, BROKEN };

/* The next line of what has come, into room for LONGEST_LINE + 1 bytes. */
static enum received next_line(struct line *in, char *line)
{
    for (;;) {
        uint32_t payload = 0;
        if (in->length >= HEAD) {
            memcpy(&payload, in->bytes, sizeof payload);
            payload = ntohl(payload);
            if (payload > LONGEST_LINE)
                return BROKEN;
        }
        size_t frame = HEAD + payload;
        if (in->length >= frame) {
            unsigned char type = in->bytes[4];
            memcpy(line, in->bytes + HEAD, payload);
            line[payload] = '\0';
            in->length -= frame;
            memmove(in->bytes, in->bytes + frame, in->length);
            if (type != ALIVE)
                return type == LINE ? A_LINE : type == LAST ? ALL_SAID : BROKEN;
            continue;
        }
        ssize_t n = recv(in->fd, in->bytes + in->length, sizeof in->bytes - in->length, MSG_DONTWAIT);
        if (n > 0) {
            in->length += (size_t)n;
            heard = now();
        } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
            return BROKEN;
        }
        if (n < 0 && errno == EAGAIN)
            return NOTHING_YET;
    }
}

bool capacity_watch(const char **why)
{
    static const char *const request[] = {"capacity", "--watch"};
    watched.length = 0;
    watched.fd = dial_or_fail(why);
    if (watched.fd < 0)
        return false;
    heard = now();
    if (send_request(watched.fd, request, 2))
        return true;
    *why = "the node takes no requests";
    close(watched.fd);
    watched.fd = -1;
    return false;
}

int capacity_descriptor(void)
{
    return watched.fd;
}

int capacity_take(const char **why)
{
    static char line[LONGEST_LINE + 1];
    int width = 0;
    enum received received;
    while ((received = next_line(&watched, line)) == A_LINE) {
        char *end;
        long number = strtol(line, &end, 10);
        if (*end != '\0' || number < 1 || number > MAX_WIDTH) {
            received = BROKEN;
            break;
        }
        width = (int)number;
    }
    if (received == NOTHING_YET && now() - heard <= SILENCE_SECONDS)
        return width;
    *why = received == NOTHING_YET            ? "the node shows no sign of life"
           : strncmp(line, "error: ", 7) == 0 ? line + 7
                                              : "the node went away";
    close(watched.fd);
    watched.fd = -1;
    return -1;
}

bool capacity_ask(const char *request, const char *argument, char *line, size_t size)
{
    static struct line asked;
    static char text[LONGEST_LINE + 1];
    const char *why;
    const char *const words[] = {request, argument};
    asked.length = 0;
    asked.fd = dial_or_fail(&why);
    if (asked.fd < 0)
        return false;
    bool has_line = false;
    enum received received = send_request(asked.fd, words, 2) ? NOTHING_YET : BROKEN;
    for (time_t until = now() + MOMENT_SECONDS; (received == NOTHING_YET || received == A_LINE) && now() <= until;) {
        received = next_line(&asked, text);
        struct pollfd entry = {.fd = asked.fd, .events = POLLIN};
        if (received == A_LINE && !has_line) {
            has_line = text[0] != '\0' && strncmp(text, "error: ", 7) != 0;
            snprintf(line, size, "%s", text);
        } else if (received == NOTHING_YET) {
            poll(&entry, 1, MOMENT_SECONDS * 1000);
        }
    }
    close(asked.fd);
    return has_line;
}
