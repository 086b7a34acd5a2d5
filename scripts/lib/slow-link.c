// slow-link NETNS INNER OUTER DELAY_MICROSECONDS LOSS_PER_10000: a cable between two TAP devices, INNER in a network namespace and OUTER in this one,
// on which each frame takes that long, and some are lost. Prints "up" when both exist. Bandwidth is for tc.
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { FRAME_BYTES = 2048, QUEUE_FRAMES = 8192, LOSS_SCALE = 10000, SECOND = 1000000000 };

struct frame {
    int64_t due;
    ssize_t length;
    char bytes[FRAME_BYTES];
};

// What is on its way in one direction: a ring, in the order of arrival.
struct direction {
    int from, to;
    size_t first, count;
    struct frame *frames;
};

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

static int open_tap(const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (tap < 0 || ioctl(tap, TUNSETIFF, &request) < 0) {
        fail(name);
    }
    return tap;
}

static int open_tap_in(const char *namespace, const char *name)
{
    int here = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    int there = open(namespace, O_RDONLY | O_CLOEXEC);
    if (here < 0 || there < 0 || setns(there, CLONE_NEWNET) != 0) {
        fail(namespace);
    }
    int tap = open_tap(name);
    if (setns(here, CLONE_NEWNET) != 0) {
        fail("the namespace of this process");
    }
    close(here);
    close(there);
    return tap;
}

static bool is_lost(int loss)
{
    return rand() % LOSS_SCALE < loss; // NOLINT: the same losses in each run are wanted
}

static void receive(struct direction *way, int64_t delay, int loss)
{
    while (way->count < QUEUE_FRAMES) {
        struct frame *frame = &way->frames[(way->first + way->count) % QUEUE_FRAMES];
        frame->length = read(way->from, frame->bytes, FRAME_BYTES);
        if (frame->length <= 0) {
            return;
        }
        if (!is_lost(loss)) {
            frame->due = now() + delay;
            way->count++;
        }
    }
}

static void deliver(struct direction *way)
{
    while (way->count > 0 && way->frames[way->first].due <= now()) {
        struct frame *frame = &way->frames[way->first];
        if (write(way->to, frame->bytes, (size_t)frame->length) < 0) {
            // The device is down or full, and a cable does not repeat what was lost.
        }
        way->first = (way->first + 1) % QUEUE_FRAMES;
        way->count--;
    }
}

// How long nothing is due, in both directions.
static struct timespec until_due(const struct direction ways[2])
{
    int64_t wait = SECOND;
    for (int i = 0; i < 2; i++) {
        if (ways[i].count > 0) {
            int64_t left = ways[i].frames[ways[i].first].due - now();
            wait = left < wait ? left : wait;
        }
    }
    return (struct timespec){.tv_nsec = wait < 0 ? 0 : wait % SECOND, .tv_sec = wait < 0 ? 0 : wait / SECOND};
}

int main(int count, char **arguments)
{
    if (count != 6) {
        fprintf(stderr, "slow-link NETNS INNER OUTER DELAY_MICROSECONDS LOSS_PER_10000\n");
        return 2;
    }
    int inner = open_tap_in(arguments[1], arguments[2]), outer = open_tap(arguments[3]);
    int64_t delay = (int64_t)atoll(arguments[4]) * 1000;
    int loss = atoi(arguments[5]);
    struct direction ways[2] = {{.from = inner, .to = outer}, {.from = outer, .to = inner}};
    for (int i = 0; i < 2; i++) {
        ways[i].frames = calloc(QUEUE_FRAMES, sizeof(struct frame));
        if (ways[i].frames == NULL) {
            fail("memory for frames");
        }
    }
    puts("up");
    fflush(stdout);
    for (;;) {
        struct pollfd polled[2] = {{.fd = inner, .events = POLLIN}, {.fd = outer, .events = POLLIN}};
        for (int i = 0; i < 2; i++) {
            polled[i].events = ways[i].count < QUEUE_FRAMES ? POLLIN : 0;
        }
        struct timespec wait = until_due(ways);
        ppoll(polled, 2, &wait, NULL);
        for (int i = 0; i < 2; i++) {
            receive(&ways[i], delay, loss);
            deliver(&ways[i]);
        }
    }
}
