/*
 * Who holds a token runs a job with it, and a job is a process without children or a thread of its own (rustc,
 * linkers). So the count is never below the tokens that are held, save for the instant between taking a token and
 * starting the job.
 */
#include "descendants.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>

enum { DEEPEST = 200 };

static bool knows_children = true;

static int jobs_of(long process, int depth, int enough);

/* The jobs of the children that one thread has forked; adds their number to *children. */
static int jobs_of_children(const char *thread, int depth, int enough, int *children)
{
    char path[96];
    snprintf(path, sizeof path, "%s/children", thread);
    FILE *file = fopen(path, "re");
    int jobs = 0;
    long child;
    if (file == NULL)
        return 0;
    while (jobs < enough && fscanf(file, "%ld", &child) == 1) {
        ++*children;
        jobs += jobs_of(child, depth + 1, enough - jobs);
    }
    fclose(file);
    return jobs;
}

static int jobs_of(long process, int depth, int enough)
{
    char path[64];
    int threads = 0, children = 0, jobs = 0;
    snprintf(path, sizeof path, "/proc/%ld/task", process);
    DIR *tasks = depth < DEEPEST ? opendir(path) : NULL;
    if (tasks == NULL)
        return depth < DEEPEST ? 0 : enough; /* it has ended */
    for (struct dirent *entry; jobs < enough && (entry = readdir(tasks)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        char thread[80];
        snprintf(thread, sizeof thread, "%s/%.12s", path, entry->d_name);
        threads++;
        jobs += jobs_of_children(thread, depth, enough - jobs, &children);
    }
    closedir(tasks);
    return jobs + (children == 0 ? threads : threads - 1);
}

int descendants_jobs(int enough)
{
    static bool asked;
    if (!asked) {
        asked = true;
        FILE *file = fopen("/proc/thread-self/children", "re");
        knows_children = file != NULL;
        if (file != NULL)
            fclose(file);
    }
    int children = 0;
    if (!knows_children)
        return enough;
    int jobs = jobs_of_children("/proc/thread-self", 0, enough, &children);
    return jobs < enough ? jobs : enough;
}
