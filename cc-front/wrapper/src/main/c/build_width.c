#include "build_width.h"

#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include "build_clock.h"
#include "build_say.h"
#include "capacity.h"

enum { FIRST_WORD_MS = 1000 };

static int bound_least = 1, bound_most = 1;
static bool lost_node; /* and not found again */
static int mesh_width; /* what the node said last; 0 without one */

static int cores(void)
{
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : (int)sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count;
}

/* Commands at once, within what the user wants. */
static int bounded(int width)
{
    return width > bound_most ? bound_most : width < bound_least ? bound_least : width;
}

void build_width_update(bool look)
{
    const char *why = "";
    if (capacity_descriptor() < 0) {
        if (!look || !capacity_watch(&why))
            return;
    }
    int width = capacity_take(&why);
    if (width > 0) {
        mesh_width = width;
        lost_node = false;
    } else if (width < 0) {
        mesh_width = 0;
        if (!lost_node)
            build_say("warning: %s; going on with the %d cores of this machine", why, bounded(cores()));
        lost_node = true;
    }
}

int build_width(void)
{
    return bounded(mesh_width > 0 ? mesh_width : cores());
}

void build_width_start(int least, int most)
{
    bound_least = least;
    bound_most = most;
    const char *why;
    if (!capacity_watch(&why)) {
        build_say("%s; using the %d cores of this machine", why, build_width());
        lost_node = true;
        return;
    }
    for (long until = build_milliseconds() + FIRST_WORD_MS;
         mesh_width == 0 && !lost_node && build_milliseconds() < until;) {
        struct pollfd entry = {.fd = capacity_descriptor(), .events = POLLIN};
        poll(&entry, 1, FIRST_WORD_MS);
        build_width_update(false);
    }
}
