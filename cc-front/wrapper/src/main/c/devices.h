/* The devices of a job. */
#ifndef FLOE_DEVICES_H
#define FLOE_DEVICES_H

/* Mounts /dev of a job's tree: few devices, of which none is the machine's. */
void devices_mount(int root);

#endif
