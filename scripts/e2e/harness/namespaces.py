"""Mount namespaces that cases run commands in."""

import contextlib
import subprocess

import pytest

HOLD = """mount -t tmpfs floe-test "$1" && mkdir "$1/upper" "$1/work" &&
    mount -t overlay -o "lowerdir=/usr,upperdir=$1/upper,workdir=$1/work" floe-test /usr && echo mounted && exec cat"""


@contextlib.contextmanager
def with_own_usr(place):
    """A process in a mount namespace that has a /usr of its own; what differs lies in the directory. It ends with the context."""
    place.mkdir()
    words = ["unshare", "--mount", "--propagation", "private", "sh", "-c", HOLD, "sh", place]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        if holder.stdout.readline() != b"mounted\n":
            pytest.skip("the kernel mounts no overlay over /usr")
        yield holder
        holder.stdin.close()
