#include "build_environment.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "build_say.h"
#include "compiler_lookup.h"
#include "jobserver_style.h"
#include "makeflags.h"
#include "pool.h"

bool is_inside_of_another_build(void)
{
    const char *outer = getenv("FLOE_RUN");
    const char *flags = getenv("MAKEFLAGS");
    const char *auth = outer == NULL ? NULL : strstr(outer, "--jobserver-auth=");
    return auth != NULL && flags != NULL && strstr(flags, auth) != NULL;
}

const char *build_environment_set_id(const char *id)
{
    static char made[LONGEST_BUILD_ID + 1];
    const char *given = getenv("FLOE_BUILD");
    if (id == NULL && given != NULL && *given != '\0')
        return given;
    if (id == NULL) {
        char directory[PATH_MAX];
        const char *name = getcwd(directory, sizeof directory) == NULL ? "" : base_name(directory);
        size_t n = 0;
        for (; *name != '\0' && n < 24; name++)
            made[n++] =
                strchr("0123456789._-", *name) != NULL || ((*name | 32) >= 'a' && (*name | 32) <= 'z') ? *name : '_';
        if (n == 0)
            made[n++] = '_';
        time_t now = time(NULL);
        struct tm local;
        localtime_r(&now, &local);
        n += strftime(made + n, sizeof made - n, "-%Y%m%d-%H%M%S", &local);
        snprintf(made + n, sizeof made - n, "-%d", (int)getpid());
        id = made;
    }
    setenv("FLOE_BUILD", id, 1);
    return id;
}

bool build_environment_set(const struct build_options *options)
{
    bool dropped = false;
    char *flags = makeflags_with(getenv("MAKEFLAGS"), pool_words(), &dropped);
    if (flags == NULL || setenv("MAKEFLAGS", flags, 1) != 0)
        return false;
    free(flags);
    const char *more = getenv("GNUMAKEFLAGS");
    if (more != NULL) {
        flags = makeflags_with(more, "", &dropped);
        if (flags == NULL || setenv("GNUMAKEFLAGS", flags, 1) != 0)
            return false;
        free(flags);
    }
    if (dropped)
        build_say("warning: left -j out of MAKEFLAGS; the width is that of the mesh (--max N bounds it)");
    const char *own = is_make(base_name(options->command[0])) ? makeflags_own_jobs(options->command + 1) : NULL;
    if (own != NULL)
        build_say(
            "warning: with %s make ignores the jobserver and stays that wide whatever the mesh has; leave it out, or "
            "use --max N",
            own);
    unsetenv("MAKELEVEL"); /* this make is no other's child */
    unsetenv("MFLAGS");
    unsetenv("CARGO_MAKEFLAGS");
    return setenv("FLOE_RUN", pool_words(), 1) == 0;
}
