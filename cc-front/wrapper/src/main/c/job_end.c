#include "job_end.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contain_error.h"

/* The third and fourth field of /proc/PID/stat are its state and its parent; the second may hold anything. */
static bool is_child(const char *pid)
{
    char path[64], text[512];
    snprintf(path, sizeof path, "/proc/%.20s/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    text[n < 0 ? 0 : n] = '\0';
    const char *end = strrchr(text, ')');
    char state;
    int parent;
    return end != NULL && sscanf(end + 1, " %c %d", &state, &parent) == 2 && parent == getpid();
}

/*
 * Process 1 of the job, with which the kernel ends all others, and whatever it made a child of the subreaper. A number
 * that is_child has seen cannot be another process by now: only this process waits for its children.
 */
static void kill_children(pid_t first)
{
    if (first != 0)
        kill(first, SIGKILL);
    DIR *processes = opendir("/proc");
    if (processes == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(processes)) != NULL;)
        if (*entry->d_name >= '1' && *entry->d_name <= '9' && is_child(entry->d_name))
            kill(atoi(entry->d_name), SIGKILL);
    closedir(processes);
}

/* Reaps what has ended; true if nothing is left. */
static bool reap(pid_t first, bool *first_ended)
{
    for (;;) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid < 0 && errno == ECHILD)
            return true;
        if (pid == 0)
            return false;
        if (pid == first)
            *first_ended = true;
    }
}

bool job_end_await(pid_t first, int ended)
{
    struct pollfd watched[] = {{.fd = ended, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
    bool wanted = true, first_ended = false;
    while (!reap(first, &first_ended)) {
        if (first_ended || !wanted)
            kill_children(first_ended ? 0 : first);
        /* A child that the kernel hands over later than this look is found at the next. */
        if (poll(watched, wanted ? 2 : 1, first_ended || !wanted ? 1 : -1) < 0 && errno != EINTR)
            contain_fail("poll", strerror(errno));
        struct signalfd_siginfo told;
        while ((watched[0].revents & POLLIN) != 0 && read(ended, &told, sizeof told) == sizeof told)
            ;
        char byte;
        if (wanted && watched[1].revents != 0 && read(0, &byte, 1) <= 0)
            wanted = false;
    }
    return wanted;
}
