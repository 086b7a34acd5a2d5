#include "node_process.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { STOPPED_LOOKS = 3, IDLE_LOOKS = 4 };

/* The state of a thread and the CPU time of it, or of its process; false if it is gone. */
static bool read_stat(const char *path, char *state, unsigned long long *ticks)
{
    char text[1024];
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    size_t length = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    text[length] = '\0';
    /* The name before it is in parentheses, and may contain some. */
    const char *rest = strrchr(text, ')');
    unsigned long long user, system;
    if (rest == NULL ||
        sscanf(rest + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", state, &user, &system) != 3)
        return false;
    *ticks = user + system;
    return true;
}

static bool read_process(pid_t pid, char *state, unsigned long long *ticks)
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    return read_stat(path, state, ticks);
}

/* Whether a thread runs, waits for its turn, or for a disk. Where that cannot be seen, it counts so. */
static bool has_busy_thread(pid_t pid)
{
    char path[64 + sizeof((struct dirent *)NULL)->d_name];
    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *threads = opendir(path);
    if (threads == NULL)
        return true;
    bool busy = false;
    struct dirent *thread;
    while (!busy && (thread = readdir(threads)) != NULL) {
        char state;
        unsigned long long ticks;
        snprintf(path, sizeof path, "/proc/%d/task/%s/stat", (int)pid, thread->d_name);
        if (thread->d_name[0] != '.' && read_stat(path, &state, &ticks))
            busy = state == 'R' || state == 'D';
    }
    closedir(threads);
    return busy;
}

struct silent_process silent_process_of(int socket)
{
    struct silent_process process = {0};
    struct ucred peer;
    socklen_t length = sizeof peer;
    char state;
    /* Process 1 may listen for others. */
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.pid > 1 &&
        read_process(peer.pid, &state, &process.ticks))
        process.pid = peer.pid;
    return process;
}

bool silent_process_is_frozen(struct silent_process *process)
{
    char state;
    unsigned long long ticks;
    if (process->pid == 0 || !read_process(process->pid, &state, &ticks))
        return false;
    process->looks++;
    process->stopped = state == 'T' || state == 't' ? process->stopped + 1 : 0;
    process->busy |= ticks != process->ticks || (process->stopped == 0 && has_busy_thread(process->pid));
    return process->stopped >= STOPPED_LOOKS || (process->looks >= IDLE_LOOKS && !process->busy);
}
