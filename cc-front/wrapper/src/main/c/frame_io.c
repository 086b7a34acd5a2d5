#include "frame_io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fallback.h"
#include "invocation.h"
#include "node_process.h"

static int node = -1;
static unsigned char in[PIECE];
static size_t in_from, in_to;
enum { MOST_PASSED = 4, LOOK_MS = 1000 };
static int passed[MOST_PASSED]; /* descriptors that nobody has taken yet, in order */
static int passed_count;
static bool silent; /* whether the time ran out */

void wire_start(int fd)
{
    node = fd;
}

int wire_descriptor(void)
{
    return node;
}

bool wire_is_silent(void)
{
    return silent;
}

void wire_close(void)
{
    for (int fd; (fd = wire_take_descriptor()) >= 0;)
        close(fd);
    if (node >= 0)
        close(node);
    node = -1;
}

void wire_keep(void)
{
    int high = fcntl(node, F_DUPFD, 200);
    if (high < 0)
        high = fcntl(node, F_DUPFD, 10);
    if (high >= 0)
        close(node);
    else
        fcntl(node, F_SETFD, 0);
    node = -1;
}

void wire_await(int fd, short event)
{
    struct pollfd entry = {.fd = fd, .events = event};
    struct silent_process process = {0};
    for (int waited = 0; waited < invoked.silence_ms; waited += LOOK_MS) {
        int left = invoked.silence_ms - waited, n;
        do
            n = poll(&entry, 1, left < LOOK_MS ? left : LOOK_MS);
        while (n < 0 && errno == EINTR);
        if (n < 0)
            fall_back("poll: %s", strerror(errno));
        if (n > 0)
            return;
        if (waited == 0)
            process = silent_process_of(fd);
        silent = true;
        if (silent_process_is_frozen(&process))
            fall_back("the node is frozen: it said nothing for %d ms", waited + LOOK_MS);
        silent = false;
    }
    silent = true;
    fall_back("the node said nothing for %d ms", invoked.silence_ms);
}

static void await(short event)
{
    wire_await(node, event);
}

/* Keeps the descriptors of a message. Those that do not fit into its room are closed by the kernel. */
static void keep_passed(struct msghdr *message)
{
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS)
            continue;
        int count = (int)((part->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        for (int i = 0; i < count; i++) {
            int fd;
            memcpy(&fd, CMSG_DATA(part) + (size_t)i * sizeof fd, sizeof fd);
            if (passed_count < MOST_PASSED)
                passed[passed_count++] = fd;
            else
                close(fd);
        }
    }
}

int wire_take_descriptor(void)
{
    if (passed_count == 0)
        return -1;
    int fd = passed[0];
    passed_count--;
    memmove(passed, passed + 1, (size_t)passed_count * sizeof *passed);
    return fd;
}

static ssize_t receive(void)
{
    union {
        char room[CMSG_SPACE(MOST_PASSED * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec piece = {in + in_to, sizeof in - in_to};
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    ssize_t n = recvmsg(node, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (n >= 0)
        keep_passed(&message);
    return n;
}

static void fill(void)
{
    if (in_from == in_to)
        in_from = in_to = 0;
    for (;;) {
        ssize_t n = receive();
        if (n > 0) {
            in_to += (size_t)n;
            return;
        }
        if (n == 0)
            fall_back("the node hung up");
        if (errno == EAGAIN)
            await(POLLIN);
        else if (errno != EINTR)
            fall_back("the node's socket: %s", strerror(errno));
    }
}

struct frame wire_next(void)
{
    if (in_to - in_from < FRAME_HEAD) {
        memmove(in, in + in_from, in_to - in_from);
        in_to -= in_from;
        in_from = 0;
        while (in_to < FRAME_HEAD)
            fill();
    }
    struct payload head = {in + in_from, in + in_from + FRAME_HEAD};
    in_from += FRAME_HEAD;
    uint32_t length = take_u32(&head);
    uint8_t type = take_u8(&head);
    if (length > FRAME_LIMIT || (type == CHUNK && length > CHUNK_LIMIT))
        fall_back("a frame of %u bytes from the node", length);
    return (struct frame){type, length};
}

const unsigned char *wire_piece(struct frame *frame, size_t *length)
{
    if (frame->left == 0)
        return NULL;
    if (in_from == in_to)
        fill();
    size_t n = in_to - in_from;
    if (n > frame->left)
        n = frame->left;
    const unsigned char *piece = in + in_from;
    in_from += n;
    frame->left -= (uint32_t)n;
    *length = n;
    return piece;
}

struct payload wire_payload(struct frame *frame)
{
    static unsigned char *whole;
    static size_t room;
    size_t length = frame->left, have = 0;
    if (length > room || whole == NULL) {
        whole = get_memory(whole, length + 1);
        room = length;
    }
    size_t n;
    for (const unsigned char *piece; (piece = wire_piece(frame, &n)) != NULL; have += n)
        memcpy(whole + have, piece, n);
    return (struct payload){whole, whole + length};
}

static ssize_t send_with(const unsigned char *bytes, size_t length, int descriptor)
{
    union {
        char room[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {{0}};
    struct iovec piece = {(void *)bytes, length};
    struct msghdr message = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
    struct cmsghdr *part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(sizeof descriptor);
    memcpy(CMSG_DATA(part), &descriptor, sizeof descriptor);
    return sendmsg(node, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void frame_send_with(int descriptor)
{
    size_t length = frame_length(), whole = FRAME_HEAD + length;
    unsigned char *out = frame_bytes();
    if (length > FRAME_LIMIT)
        fall_back("an answer of %zu bytes is too long for the node", length);
    for (int i = 0; i < 4; i++)
        out[i] = (unsigned char)(length >> (24 - 8 * i));
    for (size_t sent = 0; sent < whole;) {
        ssize_t n = sent == 0 && descriptor >= 0 ? send_with(out, whole, descriptor)
                                                 : send(node, out + sent, whole - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n >= 0)
            sent += (size_t)n;
        else if (errno == EAGAIN)
            await(POLLOUT);
        else if (errno != EINTR)
            fall_back("the node's socket: %s", strerror(errno));
    }
}

void frame_send(void)
{
    frame_send_with(-1);
}
