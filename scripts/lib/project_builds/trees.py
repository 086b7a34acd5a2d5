"""Builds of a project, one after the other at the same path, so that paths in the objects are equal."""

import os
import pathlib
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence

from benchmark import SCRIPTS
from benchmark.options import say

from project_builds.compare import Comparison, compare

LIB = SCRIPTS / "lib"
# A function of projects.sh, in a shell of its own.
RECIPE = '. "$0/common.sh"; . "$0/projects.sh"; "$@"'
FETCH = '. "$0/common.sh"; . "$0/build_trees.sh"; fetch_project "$1" >&2; project_source "$1"'
NAMES = '. "$0/common.sh"; . "$0/projects.sh"; echo "${FLOE_PROJECTS[@]}"'
SHOWN_LINES = 20


class BuildFailed(Exception):
    """A project could not be configured or built; the end of its log has been printed."""


def shell(script: str, *words: str) -> str:
    return subprocess.run(["bash", "-euc", script, LIB, *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def names() -> list[str]:
    """All projects."""
    return shell(NAMES).split()


def fetch(name: str) -> pathlib.Path:
    """The source of a project, which is kept."""
    return pathlib.Path(shell(FETCH, name).strip())


class Trees:
    """A directory in which projects are built; `host` are the words that make a command run on the machine that configures."""

    def __init__(self, directory: pathlib.Path, jobs: int, host: Sequence[str] = ()) -> None:
        self.directory, self.jobs, self.host = directory, jobs, host
        directory.mkdir(parents=True)

    def tree(self, name: str) -> pathlib.Path:
        return self.directory / name

    def plain_tree(self, name: str) -> pathlib.Path:
        return self.directory / f"{name}.plain"

    def run(self, name: str, function: str, prefix: Sequence[str], launcher: str) -> None:
        log = self.directory / f"{name}.log"
        words = [*prefix, "env", f"TREE={self.tree(name)}", f"LAUNCHER={launcher}", f"JOBS={self.jobs}", "bash", "-euc", RECIPE, str(LIB), function, name]
        with open(log, "ab") as out:
            done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, check=False,
                                  env={**os.environ, "LC_ALL": "C.UTF-8", "FLOE_CACHE": os.environ.get("FLOE_CACHE", "off")})
        if done.returncode != 0:
            say("\n".join(log.read_text(errors="replace").splitlines()[-SHOWN_LINES:]))
            raise BuildFailed(f"{function} of {name} failed")

    def build(self, name: str, launcher: str, prefix: Sequence[str], before: Callable[[], object] | None = None) -> int:
        """The milliseconds of compiling a fresh copy of the source. `before` is called between configuring and compiling."""
        shutil.rmtree(self.tree(name), ignore_errors=True)
        (self.directory / f"{name}.log").unlink(missing_ok=True)
        subprocess.run(["cp", "-a", fetch(name), self.tree(name)], check=True)
        self.run(name, "configure_project", [*self.host, "env", "FLOE_MODE=off"], launcher)
        if before:
            before()
        begin = time.monotonic()
        self.run(name, "compile_project", prefix, launcher)
        return round((time.monotonic() - begin) * 1000)

    def keep_as_plain(self, name: str) -> None:
        """Moves the built tree aside, as what others are compared with."""
        shutil.rmtree(self.plain_tree(name), ignore_errors=True)
        self.tree(name).rename(self.plain_tree(name))

    def compare(self, name: str, launcher: str, plain: pathlib.Path | None = None) -> Comparison:
        """The built tree with the plain one; says which files differ."""
        comparison = compare(name, launcher, plain or self.plain_tree(name), self.tree(name))
        (self.directory / f"{name}.differing").write_text("".join(f"{problem}\n" for problem in comparison.problems))
        for problem in comparison.problems[:SHOWN_LINES]:
            say(f"  {name}: {problem}")
        return comparison

    def remove(self, name: str) -> None:
        if os.environ.get("FLOE_KEEP") != "1":
            shutil.rmtree(self.tree(name), ignore_errors=True)
            shutil.rmtree(self.plain_tree(name), ignore_errors=True)
