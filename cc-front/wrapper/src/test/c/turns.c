/*
 * Times two commands that take turns: turns RUNS COMMAND... -- COMMAND... Prints, in microseconds, the median wall time and
 * the median processor time of each. The processor time holds on a busy machine too.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

struct series {
    char **command;
    double *wall, *cpu;
};

static double microseconds(struct timeval time)
{
    return (double)time.tv_sec * 1e6 + (double)time.tv_usec;
}

static void run(struct series *series, int turn)
{
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    struct timespec from, to;
    struct rusage usage;
    pid_t pid;
    int status;
    clock_gettime(CLOCK_MONOTONIC, &from);
    if (posix_spawn(&pid, series->command[0], &actions, NULL, series->command, environ) != 0 ||
        wait4(pid, &status, 0, &usage) < 0 || status != 0) {
        fprintf(stderr, "turns: %s failed\n", series->command[0]);
        exit(1);
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    series->wall[turn] = (double)(to.tv_sec - from.tv_sec) * 1e6 + (double)(to.tv_nsec - from.tv_nsec) / 1e3;
    series->cpu[turn] = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
    posix_spawn_file_actions_destroy(&actions);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static double median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

int main(int argc, char **argv)
{
    int runs = argc > 1 ? atoi(argv[1]) : 0;
    int second = 2;
    while (second < argc && strcmp(argv[second], "--") != 0)
        second++;
    if (runs < 1 || second == 2 || second + 1 >= argc)
        return 2;
    argv[second] = NULL;
    struct series series[2] = {{.command = argv + 2}, {.command = argv + second + 1}};
    for (int i = 0; i < 2; i++) {
        series[i].wall = calloc((size_t)runs, sizeof(double));
        series[i].cpu = calloc((size_t)runs, sizeof(double));
    }
    for (int turn = 0; turn < runs; turn++)
        for (int i = 0; i < 2; i++)
            run(&series[(turn + i) % 2], turn);
    for (int i = 0; i < 2; i++)
        printf("%.0f %.0f\n", median(series[i].wall, runs), median(series[i].cpu, runs));
    return 0;
}
