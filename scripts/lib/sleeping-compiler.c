/*
 * A compiler that sleeps instead of compiling, for measuring how well slots are kept busy on a machine with few cores.
 * With -c it reads its source, sleeps for the milliseconds of the first name sleep_millis_N in it, and writes a few bytes in place of an
 * object. Whatever else is asked of it the real compiler answers, REAL_COMPILER.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char MARK[] = "sleep_millis_";

static int fail(const char *what)
{
    fprintf(stderr, "sleeping compiler: %s: %s\n", what, strerror(errno));
    return 1;
}

static long millis_of(const char *source)
{
    static char text[1 << 16];
    size_t length = 0;
    ssize_t got;
    const char *mark;
    int from = strcmp(source, "-") == 0 ? STDIN_FILENO : open(source, O_RDONLY);
    if (from < 0)
        return -1;
    while (length < sizeof text - 1 && (got = read(from, text + length, sizeof text - 1 - length)) > 0)
        length += (size_t)got;
    text[length] = '\0';
    mark = strstr(text, MARK);
    return mark ? strtol(mark + sizeof MARK - 1, NULL, 10) : 0;
}

int main(int argc, char **argv)
{
    const char *source = NULL;
    const char *object = NULL;
    int compiles = 0;
    int asks = 0;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        size_t length = strlen(word);
        if (strcmp(word, "-c") == 0)
            compiles = 1;
        else if (strcmp(word, "-o") == 0 && i + 1 < argc)
            object = argv[++i];
        else if (strcmp(word, "-x") == 0 && i + 1 < argc)
            i++;
        else if (strcmp(word, "-E") == 0 || strncmp(word, "-M", 2) == 0 || strcmp(word, "-###") == 0)
            asks = 1;
        else if (strcmp(word, "-") == 0 || (word[0] != '-' && length > 2 && word[length - 2] == '.'))
            source = word;
    }
    if (!compiles || asks || !source || !object) {
        argv[0] = REAL_COMPILER;
        execv(REAL_COMPILER, argv);
        return fail(REAL_COMPILER);
    }
    long millis = millis_of(source);
    if (millis < 0)
        return fail(source);
    struct timespec rest = {millis / 1000, millis % 1000 * 1000000};
    while (nanosleep(&rest, &rest) != 0)
        continue;
    int to = open(object, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (to < 0 || write(to, MARK, sizeof MARK) != (ssize_t)sizeof MARK || close(to) != 0)
        return fail(object);
    return 0;
}
