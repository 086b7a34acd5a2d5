/*
 * A child has a process group of its own, so that child_stop reaches all that it started; an interrupt from the
 * terminal then comes to it through the wrapper's handler. It is asked to end with SIGTERM, at which compiler drivers
 * remove their temporary files.
 */
#include "subprocess.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fallback.h"
#include "frame_io.h"
#include "signals.h"

enum { OUTPUT, ERROR, STREAMS, MOST = 256 << 20, KILL_AFTER_MS = 1000 };

struct stream {
    int fd; /* -1 at its end */
    unsigned char *bytes;
    size_t length, room;
};

static volatile pid_t running;
static int running_descriptor = -1; /* a pidfd, where the kernel has them */

void child_stop(void)
{
    if (running > 0)
        kill(-running, SIGTERM);
}

static int wait_for_child(struct rusage *usage)
{
    int status = 0;
    while (wait4(running, &status, 0, usage) < 0 && errno == EINTR)
        ;
    running = 0;
    if (running_descriptor >= 0)
        close(running_descriptor);
    running_descriptor = -1;
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void press_child(void)
{
    child_stop();
    struct pollfd polled = {.fd = running_descriptor, .events = POLLIN};
    if (running_descriptor < 0 || poll(&polled, 1, KILL_AFTER_MS) <= 0)
        kill(-running, SIGKILL);
}

void child_end(void)
{
    struct rusage usage;
    if (running > 0) {
        press_child();
        wait_for_child(&usage);
    }
}

static int spawn(const char *program, char **argv, const char *directory, char **environment, const int *to)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t mask, defaults;
    signals_for_child(&mask, &defaults);
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0 || (error = posix_spawnattr_init(&attributes)) != 0)
        return error;
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, to[OUTPUT], 1);
    posix_spawn_file_actions_adddup2(&actions, to[ERROR], 2);
    if (*directory != '\0')
        posix_spawn_file_actions_addchdir_np(&actions, directory);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &mask);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    signals_hold();
    pid_t started;
    error = posix_spawn(&started, program, &actions, &attributes, argv, environment);
    if (error == 0)
        running = started;
    signals_release();
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return error;
}

/* Reads what is there; false if nothing was. */
static bool gather(struct stream *stream)
{
    if (stream->length == stream->room) {
        stream->room = stream->room == 0 ? 64 << 10 : stream->room * 2;
        stream->bytes = get_memory(stream->bytes, stream->room);
    }
    ssize_t n = read(stream->fd, stream->bytes + stream->length, stream->room - stream->length);
    if (n > 0) {
        stream->length += (size_t)n;
        return true;
    }
    if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        close(stream->fd);
        stream->fd = -1;
    }
    return false;
}

/* Until the child has ended, or without a descriptor for it until its output has; false if that is more than `most`. */
static bool gather_all(struct stream *streams, int child, uint64_t most)
{
    for (bool ended = false; !ended && (child >= 0 || streams[OUTPUT].fd >= 0 || streams[ERROR].fd >= 0);) {
        struct pollfd polled[] = {
            {.fd = streams[OUTPUT].fd, .events = POLLIN},
            {.fd = streams[ERROR].fd, .events = POLLIN},
            {.fd = child, .events = POLLIN},
            {.fd = wire_descriptor(), .events = POLLRDHUP},
        };
        if (poll(polled, sizeof polled / sizeof *polled, -1) < 0 && errno != EINTR)
            fall_back("poll: %s", strerror(errno));
        if (polled[3].revents != 0)
            fall_back("the node hung up");
        ended = polled[2].revents != 0;
        for (int i = 0; i < STREAMS; i++) {
            bool more = streams[i].fd >= 0 && polled[i].revents != 0;
            while (more && streams[OUTPUT].length + streams[ERROR].length <= most)
                more = gather(&streams[i]) && ended;
        }
        if (streams[OUTPUT].length + streams[ERROR].length > most)
            return false;
    }
    return true;
}

static void put_time(const struct timeval *time)
{
    put_u64((uint64_t)time->tv_sec * 1000000 + (uint64_t)time->tv_usec);
}

static void answer(int error, int code, const struct rusage *usage, const struct stream *streams)
{
    frame_begin(RAN);
    put_u32((uint32_t)error);
    put_u32((uint32_t)code);
    put_time(&usage->ru_utime);
    put_time(&usage->ru_stime);
    for (int i = 0; i < STREAMS; i++)
        put_u64(streams[i].length);
    frame_send();
    for (int i = 0; i < STREAMS; i++) {
        for (size_t at = 0; at < streams[i].length;) {
            size_t n = streams[i].length - at < PIECE ? streams[i].length - at : PIECE;
            frame_begin(CHUNK);
            put_bytes(streams[i].bytes + at, n);
            frame_send();
            at += n;
        }
    }
}

static int open_pipes(struct stream *streams, int *to)
{
    for (int i = 0; i < STREAMS; i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0 || fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0)
            return errno;
        streams[i].fd = ends[0];
        to[i] = ends[1];
    }
    return 0;
}

static void free_list(char **list)
{
    for (size_t i = 0; list[i] != NULL; i++)
        free(list[i]);
    free(list);
}

void child_run(struct payload *payload)
{
    char *program = take_string(payload);
    char **argv = take_list(payload);
    char *directory = take_string(payload);
    char **environment = take_list(payload);
    uint64_t most = take_u64(payload);
    take_end(payload);
    if (argv[0] == NULL)
        fall_back("the node wants %s run without a name", program);
    if (most > MOST)
        most = MOST;

    struct stream streams[STREAMS] = {{.fd = -1}, {.fd = -1}};
    int to[STREAMS] = {-1, -1};
    int error = open_pipes(streams, to);
    if (error == 0)
        error = spawn(program, argv, directory, environment, to);
    for (int i = 0; i < STREAMS; i++)
        if (to[i] >= 0)
            close(to[i]);

    struct rusage usage = {0};
    int code = 0;
    if (error == 0) {
        running_descriptor = (int)syscall(SYS_pidfd_open, running, 0);
        bool whole = gather_all(streams, running_descriptor, most);
        if (!whole)
            press_child();
        code = wait_for_child(&usage);
        if (!whole) {
            code = -1;
            streams[OUTPUT].length = streams[ERROR].length = 0;
        }
    }
    answer(error, code, &usage, streams);
    for (int i = 0; i < STREAMS; i++) {
        if (streams[i].fd >= 0)
            close(streams[i].fd);
        free(streams[i].bytes);
    }
    free(program);
    free_list(argv);
    free(directory);
    free_list(environment);
}
