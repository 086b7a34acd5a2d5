"""What a recipe is, and what has come of one."""

import collections
import pathlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

# Reasons for which a compile stays local as it should: by nature, or because the submitter's own slots are free.
RIGHT_REASONS = ("link step", "a probe of the build's configuration", "this machine is expected to finish first", "the toolchain is being prepared",
                 "asks about the compiler or shows how it works")


class RecipeFailed(Exception):
    """The text says which command failed, and where its output is."""


class NotHere(Exception):
    """This machine cannot try the recipe; the text says what it lacks."""


class Place(Protocol):
    """Where the commands of a recipe run: a machine with Floe in /opt/floe and a node that serves all its users."""

    directory: str
    # Variables of the commands.
    variables: dict[str, str]
    # The Floe under test on this machine, not in the place.
    prefix: pathlib.Path

    def run(self, text: str, as_root: bool = False, online: bool = False, directory: str | None = None) -> None:
        """Runs commands of bash in the directory of the sources, or another; fails with them."""

    def write(self, path: str, text: str) -> None:
        """Makes a file of the ordinary user."""

    def copy(self, source: pathlib.Path, path: str) -> None:
        """Copies a directory of this machine."""

    def install(self, *packages: str) -> None:
        """Installs packages of Debian without what they only recommend."""

    def fetch_source(self, package: str) -> None:
        """Unpacks a source package of Debian into the directory of the sources."""


def nothing(_: Place) -> None:
    """For a recipe that needs no more than its packages and its source."""


@dataclass(frozen=True)
class Recipe:
    """Commands of a page, and what they need before."""

    name: str
    page: str
    title: str
    packages: tuple[str, ...] = ()
    source: str = ""
    prepare: Callable[[Place], None] = nothing
    verify: Callable[[Place], None] = nothing
    # Patterns of further reasons for which a compile may stay local.
    local: tuple[str, ...] = ()
    # The commands fetch something themselves.
    online: bool = False
    # At least so many compiles run remotely, or come from the cache.
    least: int = 1
    node_options: tuple[str, ...] = ()
    # The commands start the executor, on the second machine; then the submitter compiles.
    starts_executor: bool = False
    # Commands of root that show why it failed.
    explain: str = ""
    # What cannot be tried on a machine like this.
    missing: str = ""


@dataclass
class Outcome:
    """What has come of a recipe."""

    recipe: str
    state: str
    detail: str = ""
    compiles: int = 0
    remote: int = 0
    cached: int = 0
    reasons: collections.Counter = field(default_factory=collections.Counter)
    seconds: float = 0

    def add(self, record: dict) -> None:
        """Counts the record of a compile."""
        self.compiles += 1
        if record["decision"] == "remote":
            self.remote += 1
        elif record["decision"] == "cached":
            self.cached += 1
        else:
            self.reasons[record.get("reason") or "no reason given"] += 1

    def judge(self, recipe: Recipe) -> None:
        """Whether compiles ran remotely, and those that did not stayed local for reasons that are right."""
        right = re.compile("|".join((*map(re.escape, RIGHT_REASONS), *recipe.local)))
        wrong = [reason for reason in self.reasons if not right.search(reason)]
        if wrong:
            self.state, self.detail = "failed", f"kept local: {'; '.join(wrong)}"
        elif self.remote + self.cached < recipe.least:
            self.state, self.detail = "failed", f"{self.remote + self.cached} compiles ran remotely, at least {recipe.least} were expected"
