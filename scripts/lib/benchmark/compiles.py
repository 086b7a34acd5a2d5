"""Running many compiles at once, and what they have cost."""

import os
import pathlib
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmark.groups import Group
from benchmark.options import fail

SHOWN_LINES = 5


def run(prefix: Sequence[str], commands: Sequence[str], jobs: int, log: pathlib.Path, **variables: str) -> int:
    """Runs shell commands behind the words of a prefix, so many at once; returns the milliseconds that all took."""
    begin = time.monotonic()
    words = [*prefix, "xargs", "-d", "\n", "-n", "1", "-P", str(jobs), "sh", "-c"]
    with open(log, "wb") as out:
        done = subprocess.run(words, input="\n".join(commands), text=True, stdout=out, stderr=subprocess.STDOUT,
                              env={**os.environ, "LC_ALL": "C.UTF-8", **variables}, check=False)
    if done.returncode != 0:
        fail("a compile failed: " + "\n".join(log.read_text(errors="replace").splitlines()[-SHOWN_LINES:]))
    return round((time.monotonic() - begin) * 1000)


@dataclass(frozen=True)
class Cost:
    """Milliseconds of CPU of the submitter and of the executors, and of wall time."""

    submitter: int
    executors: int
    wall: int


class Meter:
    """Counts the CPU time of groups from its making on."""

    def __init__(self, submitter: Group, executors: Sequence[Group] = ()) -> None:
        self.submitter, self.executors = submitter, executors
        self.begin = time.monotonic()
        self.before = self.now()

    def now(self) -> tuple[int, int]:
        return self.submitter.cpu_millis(), sum(group.cpu_millis() for group in self.executors)

    def read(self) -> Cost:
        """What they have used since then."""
        wall = round((time.monotonic() - self.begin) * 1000)
        own, others = self.now()
        return Cost(own - self.before[0], others - self.before[1], wall)
