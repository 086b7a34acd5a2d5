/*
 * Compilers ask their terminal whether they may colour and link their diagnostics, and how wide it is, each in its
 * own way; so the replay has one of the same size. It passes bytes on as they are: line ends are the business of the
 * user's own terminal.
 */
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int open_other_end(int ours)
{
    int locked = 0;
    return ioctl(ours, TIOCSPTLCK, &locked) != 0 ? -1 : ioctl(ours, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
}

int screen_open(struct screen *screen)
{
    struct termios settings;
    struct winsize size = {.ws_col = screen->columns, .ws_row = screen->rows};
    screen->ours = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);
    screen->theirs = screen->ours < 0 ? -1 : open_other_end(screen->ours);
    if (screen->theirs < 0 || tcgetattr(screen->theirs, &settings) != 0)
        return errno;
    cfmakeraw(&settings);
    if (tcsetattr(screen->theirs, TCSANOW, &settings) != 0 || ioctl(screen->theirs, TIOCSWINSZ, &size) != 0)
        return errno;
    return 0;
}

int screen_take(const struct screen *screen)
{
    if (dup2(screen->theirs, 2) < 0 || (screen->for_input && dup2(screen->theirs, 0) < 0))
        return errno;
    return 0;
}

void screen_pass_on(struct screen *screen)
{
    char bytes[4096];
    ssize_t n, written = 0;
    close(screen->theirs);
    while (written >= 0 && ((n = read(screen->ours, bytes, sizeof bytes)) > 0 || (n < 0 && errno == EINTR)))
        for (ssize_t at = 0; at < n && written >= 0; at += written)
            written = write(2, bytes + at, (size_t)(n - at));
    close(screen->ours);
}
