"""Containers in which a build runs while the node of the host serves it. Needs root."""

import pathlib
import subprocess
from collections.abc import Sequence

from benchmark.options import fail

# In a mount namespace of its own: keeps it until it is killed.
STAY = "echo entered; exec sleep infinity"
# The same, with an overlay of this machine's root as its root: $1 is a directory for the mounts, the rest are shared with the machine.
OWN_ROOT = """
place=$1
shift
mount -t tmpfs floe "$place"
mkdir "$place/upper" "$place/work" "$place/root"
mount -t overlay -o "lowerdir=/,upperdir=$place/upper,workdir=$place/work" floe "$place/root"
mount --bind /proc "$place/root/proc"
mount --rbind /dev "$place/root/dev"
for shared; do
    mkdir -p "$place/root$shared"
    mount --rbind "$shared" "$place/root$shared"
done
cd "$place/root"
pivot_root . .
umount -l .
cd /
""" + STAY


class Container:
    """A mount namespace, with a root of its own if it has a place for it."""

    def __init__(self, place: pathlib.Path | None = None, shared: Sequence[pathlib.Path] = ()) -> None:
        inside = ["sh", "-ec", OWN_ROOT, "sh", place, *shared] if place else ["sh", "-c", STAY]
        words = ["unshare", "--mount", "--propagation", "private", "--", *map(str, inside)]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        if self.process.stdout is None or self.process.stdout.readline() != "entered\n":
            self.close()
            fail("a container could not be made: the kernel mounts no overlay")

    def prefix(self) -> list[str]:
        """The words that make the command after them run in it."""
        return ["nsenter", f"--target={self.process.pid}", "--mount", "--root", "--"]

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
