#include "makeflags.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Options of make whose value follows in the same word or the next. */
static const char with_value[] = "CfIloOWE";

static bool starts(const char *word, size_t length, const char *prefix)
{
    size_t n = strlen(prefix);
    return length >= n && strncmp(word, prefix, n) == 0;
}

/* Where in a word of single letters, such as -kj8, the j is; NULL if there is none. */
static const char *own_j(const char *word, size_t length)
{
    if (length < 2 || word[0] != '-' || word[1] == '-')
        return NULL;
    for (size_t i = 1; i < length; i++) {
        if (word[i] == 'j')
            return word + i;
        if (strchr(with_value, word[i]) != NULL)
            return NULL;
    }
    return NULL;
}

static bool is_jobs(const char *word, size_t length)
{
    return starts(word, length, "--jobs=") || (length == 6 && strncmp(word, "--jobs", 6) == 0);
}

char *makeflags_with(const char *flags, const char *words, bool *dropped)
{
    if (flags == NULL)
        flags = "";
    char *all = malloc(strlen(flags) + strlen(words) + 4);
    if (all == NULL)
        return NULL;
    char *to = stpcpy(stpcpy(all, " "), words);
    bool first = true, variables = false, jobs = false, jobserver = false;
    while (*flags != '\0') {
        size_t blank = strspn(flags, " \t");
        if (blank > 0) {
            flags += blank;
            continue;
        }
        /* A backslash hides a blank in the value of a variable. */
        size_t length = 0;
        while (flags[length] != '\0' && flags[length] != ' ' && flags[length] != '\t')
            length += flags[length] == '\\' && flags[length + 1] != '\0' ? 2 : 1;
        const char *word = flags;
        flags += length;
        bool letters = first && word[0] != '-' && memchr(word, '=', length) == NULL;
        first = false;
        variables = variables || (length == 2 && strncmp(word, "--", 2) == 0);
        if (!variables && (is_jobs(word, length) || starts(word, length, "--jobserver"))) {
            jobs = jobs || is_jobs(word, length);
            jobserver = jobserver || !is_jobs(word, length);
            continue;
        }
        char *start = to;
        *to++ = ' ';
        if (letters)
            *to++ = '-';
        memcpy(to, word, length);
        to += length;
        const char *j = variables ? NULL : own_j(start + 1, (size_t)(to - start - 1));
        if (j != NULL) {
            char *rest = (char *)j;
            while (rest < to && (rest == j || isdigit((unsigned char)*rest)))
                rest++;
            jobs = true;
            memmove((char *)j, rest, (size_t)(to - rest));
            to -= rest - j;
            if (to - start == 2)
                to = start;
        }
    }
    *to = '\0';
    /* A make that has a jobserver says -j to those below it. */
    *dropped = *dropped || (jobs && !jobserver);
    return all;
}

const char *makeflags_own_jobs(char *const *arguments)
{
    for (; *arguments != NULL && strcmp(*arguments, "--") != 0; arguments++) {
        size_t length = strlen(*arguments);
        if (is_jobs(*arguments, length) || own_j(*arguments, length) != NULL)
            return *arguments;
        if (length == 2 && (*arguments)[0] == '-' && strchr("CfIoW", (*arguments)[1]) != NULL && arguments[1] != NULL)
            arguments++;
    }
    return NULL;
}
