/* Eight threads that each look for 500 paths, each twice. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

enum { THREADS = 8, PATHS = 500 };

static void *look(void *number)
{
    char path[64];
    for (int i = 0; i < 2 * PATHS; i++) {
        snprintf(path, sizeof path, "/nowhere/%d/%d", (int)(intptr_t)number, i % PATHS);
        if (access(path, F_OK) == 0)
            return number;
    }
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, look, (void *)(intptr_t)i) != 0)
            return 1;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
