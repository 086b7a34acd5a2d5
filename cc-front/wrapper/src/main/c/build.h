/* `floe run`: a build as wide as the mesh. */
#ifndef FLOE_BUILD_H
#define FLOE_BUILD_H

/* What comes after `floe run`. Returns the command's exit code, or dies of the signal that it died of. */
int build(char **arguments);

#endif
