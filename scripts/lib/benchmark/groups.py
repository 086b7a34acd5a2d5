"""CPU time of groups of processes with all that they start, as the kernel counts it: cgroup v1 cpuacct where it is mounted, otherwise v2.
Needs root."""

import contextlib
import functools
import os
import pathlib
import signal
import time

from benchmark.options import fail, say

ATTEMPTS = 9
ENTER = 'echo $$ >"$0/cgroup.procs" && exec "$@"'


@functools.cache
def hierarchy() -> pathlib.Path:
    """The directory below which groups are made."""
    unified = None
    for line in pathlib.Path("/proc/mounts").read_text().splitlines():
        _, directory, kind, options, *_ = line.split()
        if kind == "cgroup" and "cpuacct" in options.split(","):
            return pathlib.Path(directory)
        if kind == "cgroup2":
            unified = pathlib.Path(directory)
    return unified or fail("no cgroup hierarchy that counts CPU time is mounted")


class Group:
    """A cgroup; its name carries the id of this process, so that several benchmarks run side by side."""

    def __init__(self, name: str) -> None:
        self.directory = hierarchy() / f"floe-{os.getpid()}-{name}"
        self.directory.mkdir()

    def prefix(self) -> list[str]:
        """The words that make the command after them run in the group."""
        return ["sh", "-c", ENTER, str(self.directory)]

    def cpu_millis(self) -> int:
        """What the group has used."""
        usage = self.directory / "cpuacct.usage"
        if usage.exists():
            return int(usage.read_text()) // 1_000_000
        fields = dict(line.split() for line in (self.directory / "cpu.stat").read_text().splitlines())
        return int(fields["usage_usec"]) // 1000

    def processes(self) -> list[int]:
        return [int(line) for line in (self.directory / "cgroup.procs").read_text().split()]

    def close(self) -> None:
        remove(self.directory)


def remove(directory: pathlib.Path) -> None:
    """Removes a group with all processes in it."""
    for attempt in range(ATTEMPTS):
        with contextlib.suppress(OSError):
            directory.rmdir()
        if not directory.exists():
            return
        for pid in (directory / "cgroup.procs").read_text().split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        time.sleep(0.1 * (attempt + 1))
    say(f"the cgroup {directory} could not be removed")


def remove_stale() -> None:
    """What a benchmark that was killed hard has left: its process is gone."""
    for directory in hierarchy().glob("floe-*-*"):
        if not os.path.exists(f"/proc/{directory.name.split('-')[1]}"):
            remove(directory)
