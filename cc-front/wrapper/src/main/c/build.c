/*
 * The command gets a jobserver whose tokens follow what the node says of the mesh. This process is its parent, in the
 * same process group.
 */
#include "build.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "build_clock.h"
#include "build_command.h"
#include "build_environment.h"
#include "build_options.h"
#include "build_say.h"
#include "build_width.h"
#include "capacity.h"
#include "descendants.h"
#include "jobserver_style.h"
#include "pool.h"

enum { FAILED = 125, LOOK_MS = 250, AGAIN_MS = 1000 };

/*
 * Returns how long to leave it at that, in milliseconds: counting the processes of a wide build takes some, and shall
 * take 1 % of a core.
 */
static long find_lost_tokens(void)
{
    long start = build_milliseconds();
    int held = pool_held();
    int jobs = held == 0 ? 0 : descendants_jobs(held + 1);
    pool_restore(jobs > 0 ? jobs - 1 : 0); /* the first needs no token */
    long took = 100 * (build_milliseconds() - start);
    return took > LOOK_MS ? took : LOOK_MS;
}

static int supervise(void)
{
    long next_look = 0, next_search = build_milliseconds() + AGAIN_MS;
    int status = 0;
    while (!build_command_has_ended(&status)) {
        long now = build_milliseconds();
        build_width_update(now >= next_search);
        if (now >= next_search)
            next_search = now + AGAIN_MS;
        pool_resize(build_width() - 1);
        if (now >= next_look)
            next_look = now + find_lost_tokens();
        struct pollfd entries[] = {{.fd = capacity_descriptor(), .events = POLLIN},
                                   {.fd = pool_descriptor(), .events = POLLIN}};
        struct timespec limit = {.tv_nsec = LOOK_MS * 1000000L};
        while (ppoll(entries, 2, &limit, build_command_wait_mask()) > 0 && entries[0].revents == 0 &&
               build_milliseconds() - now < LOOK_MS)
            pool_collect();
    }
    return status;
}

int build(char **arguments)
{
    struct build_options options = build_options_read(arguments);
    if (is_inside_of_another_build())
        return build_command_exec(options.command);
    const char *id = build_environment_set_id(options.id);
    int error = pool_open(options.style_given ? options.style : jobserver_style_for(options.command[0]));
    if (error != 0 || !build_environment_set(&options)) {
        build_say("cannot make a jobserver: %s", strerror(error != 0 ? error : ENOMEM));
        pool_close();
        return FAILED;
    }
    build_width_start(options.least, options.most);
    if (!options.quiet)
        build_say("build %s, %d commands at once", id, build_width());
    prctl(PR_SET_CHILD_SUBREAPER, 1); /* orphans of the build may hold tokens */
    pool_resize(build_width() - 1);
    error = build_command_start(options.command);
    if (error != 0) {
        build_say("fork: %s", strerror(error));
        pool_close();
        return FAILED;
    }
    int status = supervise();
    pool_close();
    char summary[4096];
    if (pool_restored() > 0 && !options.quiet)
        build_say("replaced %d tokens that were lost with processes that were killed", pool_restored());
    if (capacity_ask("build-summary", id, summary, sizeof summary))
        build_say("%s", summary);
    return build_command_end_like(status);
}
