/* Mounts in the tree of a job, by descriptors: no link on the way to a target is followed. */
#ifndef FLOE_MOUNTS_H
#define FLOE_MOUNTS_H

#include <fcntl.h>
#include <stdbool.h>

enum { MOUNT_PATH_ROOM = 64, MOUNT_OPEN_DIRECTORY = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };

/* Ends the process with WHAT and errno if a step of it has not been DONE. */
void mount_check(bool done, const char *what);

/* The path of a descriptor, for calls that take paths only. */
const char *mount_path(char room[MOUNT_PATH_ROOM], int fd);

/* Opens a directory of the job's tree, given by its path there, in the mounts that the tree has at this moment. */
int mount_open(int root, const char *path);

void mount_bind(int source, int target, const char *what);

/*
 * Read-only, without programs that change who they run as, and with FLAGS. What else the mount is it stays: the kernel
 * keeps how times of access are written, and refuses to make a mount of the machine laxer.
 */
void mount_make_read_only(int mounted, unsigned long flags, const char *what);

#endif
