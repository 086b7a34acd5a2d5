#include "node_session.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connect.h"
#include "exec.h"
#include "fallback.h"
#include "file_requests.h"
#include "frame_io.h"
#include "invocation.h"
#include "outputs.h"
#include "session.h"
#include "subprocess.h"

/* OLDER_VERSION, that of release 0.1.0, has neither a session nor the flags from MEMORY_IS_BOUNDED on. */
enum { VERSION = 4, OLDER_VERSION = 3, PRINT_LIMIT = 256 << 20 };
/* Flags of HELLO. */
enum {
    STDOUT_IS_TERMINAL = 1,
    STDERR_IS_TERMINAL = 2,
    STDIN_IS_TERMINAL = 4,
    MEMORY_IS_BOUNDED = 8,
    PASSES_ROOT = 16,
    TAKES_CONTENTS = 32
};

/* What PRINT brought, kept in order until EXIT; a run is what goes to one descriptor in one piece. */
static struct output_span {
    int fd;
    size_t length;
} * runs;
static size_t run_count;
static unsigned char *printed;
static size_t printed_length, printed_room;

/*
 * Which file system this process sees: its mount namespace and its root. A node that sees another must not look for
 * itself.
 */
static const char *view_of_files(void)
{
    static char view[160];
    char namespace[96];
    ssize_t length = readlink("/proc/self/ns/mnt", namespace, sizeof namespace - 1);
    struct stat root;
    if (length <= 0 || stat("/", &root) != 0)
        return "";
    namespace[length] = '\0';
    snprintf(view, sizeof view, "%s %llu:%llu", namespace, (unsigned long long)root.st_dev,
             (unsigned long long)root.st_ino);
    return view;
}

/* Whether the user has bounded the memory of the compiler. */
static bool memory_is_bounded(void)
{
    struct rlimit space, data;
    return (getrlimit(RLIMIT_AS, &space) == 0 && space.rlim_cur != RLIM_INFINITY) ||
           (getrlimit(RLIMIT_DATA, &data) == 0 && data.rlim_cur != RLIM_INFINITY);
}

/*
 * Which of the standard descriptors are a terminal, and how large it is; whether memory is bounded; and
 * the flags of what this version can do.
 */
static void put_flags(int own)
{
    int flags = own | (isatty(1) ? STDOUT_IS_TERMINAL : 0) | (isatty(2) ? STDERR_IS_TERMINAL : 0) |
                (isatty(0) ? STDIN_IS_TERMINAL : 0) | (memory_is_bounded() ? MEMORY_IS_BOUNDED : 0);
    struct winsize size = {0};
    if (ioctl(0, TIOCGWINSZ, &size) != 0 && ioctl(2, TIOCGWINSZ, &size) != 0)
        size = (struct winsize){0};
    put_u16((uint16_t)flags);
    put_u16(size.ws_col);
    put_u16(size.ws_row);
}

static void send_hello(int version)
{
    char directory[PATH_MAX], absolute[2 * PATH_MAX];
    if (getcwd(directory, sizeof directory) == NULL || directory[0] != '/')
        directory[0] = '\0';
    bool relative = invoked.compiler[0] != '/' && directory[0] != '\0';
    snprintf(absolute, sizeof absolute, "%s%s%s", relative ? directory : "", relative ? "/" : "", invoked.compiler);
    mode_t mask = umask(0);
    umask(mask);
    struct session session = own_session();

    /* For a node that sees other files: it looks for itself below this root. A node of 0.1.0 drops it. */
    int root = version == VERSION ? open("/", O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;

    frame_begin(HELLO);
    put_u32(0x464c4f45);
    put_u16((uint16_t)version);
    put_flags(version == VERSION ? TAKES_CONTENTS | (root >= 0 ? PASSES_ROOT : 0) : 0);
    put_u32(mask);
    if (version == VERSION) {
        put_u32(session.leader);
        put_u64(session.start);
    }
    put_string(invoked.mode);
    put_string(invoked.node);
    put_string(absolute);
    put_string(directory);
    put_string(view_of_files());
    put_list(invoked.argv);
    put_list(invoked.environment);
    frame_send_with(root);
    if (root >= 0)
        close(root);
}

static void keep_print(struct payload *payload)
{
    int fd = take_u8(payload);
    size_t length = (size_t)(payload->end - payload->at);
    if (fd != 1 && fd != 2)
        fall_back("the node prints to descriptor %d", fd);
    if (length > PRINT_LIMIT - printed_length)
        fall_back("the node prints too much");
    if (length == 0)
        return;
    if (run_count == 0 || runs[run_count - 1].fd != fd) {
        runs = get_memory(runs, (run_count + 1) * sizeof *runs);
        runs[run_count++] = (struct output_span){.fd = fd};
    }
    while (length > printed_room - printed_length) {
        printed_room = printed_room == 0 ? 16 << 10 : printed_room * 2;
        printed = get_memory(printed, printed_room);
    }
    memcpy(printed + printed_length, payload->at, length);
    printed_length += length;
    runs[run_count - 1].length += length;
}

/* How much could be written: less than length only if an error that stays came between. */
static size_t write_most(int fd, const unsigned char *bytes, size_t length)
{
    size_t written = 0;
    while (written < length) {
        ssize_t n = write(fd, bytes + written, length - written);
        if (n > 0) {
            written += (size_t)n;
        } else if (n < 0 && errno == EAGAIN) {
            struct pollfd ready = {.fd = fd, .events = POLLOUT};
            poll(&ready, 1, -1);
        } else if (n < 0 && errno != EINTR) {
            break;
        }
    }
    return written;
}

/* If not even the first byte can be written, the real compiler does what it does then; after that it is too late. */
static _Noreturn void print_and_exit(struct payload *payload)
{
    uint32_t code = take_u32(payload);
    take_end(payload);
    if (code > 255)
        fall_back("the node ends with code %u", code);
    outputs_discard();
    size_t at = 0, written = 0;
    for (size_t i = 0; i < run_count; i++) {
        size_t n = write_most(runs[i].fd, printed + at, runs[i].length);
        written += n;
        if (written == 0)
            fall_back("descriptor %d takes nothing: %s", runs[i].fd, strerror(errno));
        at += runs[i].length;
    }
    _exit((int)code);
}

/* A compiler whose diagnostics nobody reads dies of that before it has written its output. */
static void check_readers(void)
{
    for (size_t i = 0; i < run_count; i++) {
        struct pollfd reader = {.fd = runs[i].fd, .events = POLLOUT};
        if (poll(&reader, 1, 0) > 0 && (reader.revents & POLLERR) != 0)
            fall_back("nobody reads descriptor %d", runs[i].fd);
    }
}

static void dispatch(uint8_t type, struct payload *payload)
{
    switch (type) {
    case STAT:
        look_stat(payload);
        return;
    case READ:
        look_read(payload);
        return;
    case RUN:
        child_run(payload);
        return;
    case OPEN:
        outputs_open(payload);
        return;
    case COPY:
        outputs_copy(payload);
        return;
    case LIST:
        look_list(payload);
        return;
    case COMMIT:
        take_end(payload);
        check_readers();
        outputs_commit();
        return;
    case DISCARD:
        take_end(payload);
        outputs_discard();
        return;
    case PRINT:
        keep_print(payload);
        return;
    case EXIT:
        print_and_exit(payload);
    case EXEC: {
        unsigned flags = take_u8(payload);
        if ((flags & ~(unsigned)(EXEC_KEEP_SOCKET | EXEC_MARK_ACTIVE | EXEC_NAME_TURN)) != 0)
            fall_back("the node asks for exec with unknown flags (%u)", flags);
        char *turn = flags & EXEC_NAME_TURN ? take_string(payload) : NULL;
        take_end(payload);
        invoked.turn = turn;
        exec_compiler(flags);
    }
    case ALIVE:
        take_end(payload);
        return;
    default:
        fall_back("an unknown frame (%u) from the node", type);
    }
}

/* Whether the node closes the connection at HELLO, as a node of another release does. */
static bool refuses_hello(int socket)
{
    char first;
    wire_await(socket, POLLIN);
    return recv(socket, &first, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/*
 * Repeats HELLO for a node of the release before: the wrapper is replaced at an upgrade, and the node runs on until it
 * is restarted. Such a node would send a command with bounded memory to peers, which do not have the bound.
 */
static void repeat_hello(void)
{
    wire_close();
    if (memory_is_bounded())
        fall_back("the node hung up at the first message; is it of an older release?");
    wire_start(dial());
    send_hello(OLDER_VERSION);
    if (refuses_hello(wire_descriptor()))
        fall_back("the node hung up at the first message; is it of another release?");
}

_Noreturn void run_node_session(int socket)
{
    wire_start(socket);
    send_hello(VERSION);
    if (refuses_hello(socket))
        repeat_hello();
    for (;;) {
        struct frame frame = wire_next();
        if (frame.type == CHUNK) {
            outputs_write(&frame);
        } else {
            struct payload payload = wire_payload(&frame);
            dispatch(frame.type, &payload);
        }
    }
}
