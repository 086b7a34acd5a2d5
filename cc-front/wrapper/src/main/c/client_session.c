#include "client_session.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "build_say.h"
#include "client_exec.h"
#include "connect.h"
#include "fallback.h"
#include "frame_io.h"
#include "invocation.h"

enum { VERSION = 1, FAILED = 1, LONGEST_VALUE = 1024 };
/* How long a node may say nothing; one that is alive says something every other second. */
enum { SILENCE_MS = 5000, SILENCE_WITH_OWN_WAY_MS = 1000, SILENCE_OF_VERSION_MS = 200 };
/* Flags of COMMAND. */
enum { STDOUT_IS_TERMINAL = 1, STDERR_IS_TERMINAL = 2, STDIN_IS_TERMINAL = 4 };

extern char **environ;

static const struct client_command *asked;
static char *const *asked_words;
static struct node_place place;
static bool has_begun; /* whether the node has said anything about the command */

/* What the look of the output depends on; nothing else of the environment leaves this process. */
static bool is_for_node(const char *entry)
{
    static const char *const names[] = {
        "CLICOLOR=", "CLICOLOR_FORCE=", "COLUMNS=", "ConEmuANSI=", "LANG=", "NO_COLOR=", "TERM="};
    if (strlen(entry) > LONGEST_VALUE)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(entry, names[i], strlen(names[i])) == 0)
            return true;
    return strncmp(entry, "LC_", 3) == 0;
}

static void put_environment(void)
{
    char *entries[32];
    size_t count = 0;
    for (char **entry = environ; *entry != NULL && count < sizeof entries / sizeof *entries - 1; entry++)
        if (is_for_node(*entry))
            entries[count++] = *entry;
    entries[count] = NULL;
    put_list(entries);
}

static void send_command(char *const *words)
{
    char directory[PATH_MAX];
    if (getcwd(directory, sizeof directory) == NULL || directory[0] != '/')
        directory[0] = '\0';
    int flags = (isatty(1) ? STDOUT_IS_TERMINAL : 0) | (isatty(2) ? STDERR_IS_TERMINAL : 0) |
                (isatty(0) ? STDIN_IS_TERMINAL : 0);
    struct winsize size = {0};
    if (ioctl(1, TIOCGWINSZ, &size) != 0)
        size = (struct winsize){0};
    frame_begin(COMMAND);
    put_u32(0x464c4f45);
    put_u16(VERSION);
    put_u16((uint16_t)flags);
    put_u16(size.ws_col);
    put_u16(size.ws_row);
    put_string(FLOE_VERSION);
    put_string(directory);
    put_list(words);
    put_environment();
    frame_send();
}

static void print(int fd, const unsigned char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(fd, bytes, length);
        if (n >= 0) {
            bytes += n;
            length -= (size_t)n;
        } else if (errno == EAGAIN) {
            struct pollfd ready = {.fd = fd, .events = POLLOUT};
            poll(&ready, 1, -1);
        } else if (errno != EINTR && fd == 2) {
            return; /* there is nobody to tell */
        } else if (errno != EINTR) {
            if (errno != EPIPE)
                build_say("cannot write the output: %s", strerror(errno));
            _exit(FAILED);
        }
    }
}

static void print_frame(struct frame *frame)
{
    size_t length;
    const unsigned char *piece = wire_piece(frame, &length);
    int fd = piece == NULL ? 0 : piece[0];
    if (fd != 1 && fd != 2)
        fall_back("the node prints to descriptor %d", fd);
    print(fd, piece + 1, length - 1);
    while ((piece = wire_piece(frame, &length)) != NULL)
        print(fd, piece, length);
}

static int exit_code(struct frame *frame)
{
    struct payload payload = wire_payload(frame);
    uint32_t code = take_u32(&payload);
    take_end(&payload);
    if (code > 255)
        fall_back("the node ends with code %u", code);
    return (int)code;
}

static void take_nothing(struct frame *frame)
{
    struct payload payload = wire_payload(frame);
    take_end(&payload);
}

static _Noreturn void say_frozen(void)
{
    build_say("the node at %s is there but does not answer (nothing for %d s): it is stopped (SIGSTOP, Ctrl-Z, a "
              "debugger) or its machine is overloaded; continue it (kill -CONT), or end and restart it",
              place.path, invoked.silence_ms / 1000);
    _exit(FAILED);
}

/* No connection. What is wrong with the command line, or with a place that is no socket, is Java's to say. */
static _Noreturn void leave_unconnected(void)
{
    bool is_frozen = place.error == EAGAIN;
    if (asked->has_own_way || (!is_frozen && !asked->is_understood))
        client_exec_java(asked_words);
    if (is_frozen)
        say_frozen();
    if (place.error == ENOENT || place.error == ENOTDIR)
        build_say("no node answers at %s; start one with: floe node", place.path);
    else if (place.error == ECONNREFUSED)
        build_say("no node answers at %s: the one that listened there has ended, or is still starting; start one "
                  "with: floe node",
                  place.path);
    else
        client_exec_java(asked_words);
    _exit(FAILED);
}

/* The node fell silent, went away, or does not know this protocol, as those of earlier releases; Java asks those. */
static void leave(unsigned flags)
{
    (void)flags;
    if (!has_begun && (asked->has_own_way || !wire_is_silent()))
        client_exec_java(asked_words);
    if (wire_is_silent())
        say_frozen();
    build_say("the node at %s went away before it had answered; its log says why", place.path);
    _exit(FAILED);
}

static int silence(int otherwise)
{
    const char *given = getenv("FLOE_SILENCE_MS");
    int ms = given == NULL ? 0 : atoi(given);
    return ms > 0 ? ms : otherwise;
}

_Noreturn void client_session_run(const struct client_command *command, char *const *words)
{
    asked = command;
    asked_words = words;
    invoked.silence_ms = silence(command->has_own_way ? SILENCE_WITH_OWN_WAY_MS : SILENCE_MS);
    int fd = dial_any_user(command->socket, invoked.silence_ms, &place);
    if (fd < 0)
        leave_unconnected();
    fall_back_by(leave);
    wire_start(fd);
    send_command(words);
    for (;;) {
        struct frame frame = wire_next();
        if (frame.type != ALIVE && !has_begun) {
            has_begun = frame.type != DECLINED;
            invoked.silence_ms = silence(SILENCE_MS);
        }
        switch (frame.type) {
        case PRINT:
            print_frame(&frame);
            break;
        case EXIT:
            _exit(exit_code(&frame));
        case DECLINED:
            wire_close();
            client_exec_java(words);
        case ALIVE:
            take_nothing(&frame);
            break;
        default:
            fall_back("an unknown frame (%u) from the node", frame.type);
        }
    }
}

static void leave_version(unsigned flags)
{
    (void)flags;
    _exit(0);
}

_Noreturn void client_session_version(void)
{
    static const char own[] = "floe " FLOE_VERSION "\n";
    static char version[] = "--version";
    static char *const words[] = {version, NULL};
    print(1, (const unsigned char *)own, strlen(own));
    invoked.silence_ms = silence(SILENCE_OF_VERSION_MS);
    int fd = dial_any_user(NULL, invoked.silence_ms, &place);
    if (fd < 0)
        _exit(0);
    fall_back_by(leave_version);
    wire_start(fd);
    send_command(words);
    struct frame frame = wire_next();
    struct payload payload = wire_payload(&frame);
    char line[100];
    size_t length = (size_t)(payload.end - payload.at) - 1; /* without the descriptor */
    if (frame.type != PRINT || take_u8(&payload) != 1 || length < 2 || length > sizeof line)
        _exit(0);
    memcpy(line, payload.at, length);
    line[length - 1] = '\0';
    for (char *c = line; *c != '\0'; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f)
            _exit(0);
    if (length != strlen(own) || strncmp(line, own, length - 1) != 0) {
        char text[PATH_MAX + 200];
        int n = snprintf(text, sizeof text, "the node at %s is %s\n", place.path, line);
        print(1, (const unsigned char *)text, (size_t)n);
    }
    _exit(0);
}
