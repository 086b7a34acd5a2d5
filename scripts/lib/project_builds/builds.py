"""Projects that are built plainly and through a mesh of three hosts, and compared."""

import argparse
import os
import pathlib
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import records
from benchmark import SCRIPTS, meshes
from benchmark.compiles import Cost, Meter
from benchmark.options import say
from benchmark.session import Session
from harness.board import Board, java_home
from harness.jobs import JobLog
from harness.mesh import Mesh
from harness.script import installed

from project_builds import report
from project_builds.trees import BuildFailed, Trees

HOSTS = 3
SUBMITTER, EXECUTORS = 1, (2, 3)
SCAN_CHECK = "dev.floe.command.discovery.includes.ScanCheck"


class Builds:
    """The plain builds of a run, and the words before them; a board configures and submits, or executes."""

    def __init__(self, session: Session, chosen: argparse.Namespace) -> None:
        self.session, self.chosen, self.hosts = session, chosen, session.hosts(HOSTS)
        self.plain_group = self.hosts.group("plain")
        self.board: Board | None = None
        if chosen.board:
            self.board = Board(chosen.board, session.work, installed())
            session.cleanup.callback(self.board.close)
        submits = self.board.prefix() if self.board and not chosen.reverse else []
        self.plain_prefix = [*self.plain_group.prefix(), *submits]
        self.trees = Trees(session.work / "trees", chosen.jobs, submits)

    def start_mesh(self, cache: str, count: int = HOSTS, **options: Any) -> Mesh:
        rooted = (() if not self.board else EXECUTORS if self.chosen.reverse else (SUBMITTER,))
        inside = {number: self.board.prefix() for number in rooted} if self.board else {}
        slots = os.cpu_count() or 1
        return self.session.cleanup.enter_context(
            meshes.mesh(self.session.hosts(count), self.session.work / "mesh", count, cache=cache, slots=slots, inside=inside, **options))

    def build_plainly(self, name: str) -> tuple[int, int]:
        """Milliseconds of wall time and of CPU."""
        before = self.plain_group.cpu_millis()
        wall = self.trees.build(name, "", self.plain_prefix)
        self.trees.keep_as_plain(name)
        return wall, self.plain_group.cpu_millis() - before


class Comparing:
    """Builds each project plainly and through the mesh, or with `baseline` twice plainly."""

    def __init__(self, builds: Builds) -> None:
        self.builds, self.chosen = builds, builds.chosen
        if self.chosen.baseline:
            self.mesh, self.prefix, self.launcher = None, builds.plain_prefix, shutil.which("env") or "env"
        else:
            self.mesh = builds.start_mesh("off")
            self.prefix, self.launcher = meshes.builds_of(self.mesh, SUBMITTER, FLOE_MODE="remote"), str(self.mesh.cc)

    def begin_counting(self) -> None:
        """Is called just before the first compile."""
        if self.mesh:
            groups = [meshes.group_of(self.builds.hosts, number) for number in (SUBMITTER, *EXECUTORS)]
            self.meter, self.log = Meter(groups[0], groups[1:]), JobLog(self.mesh[SUBMITTER].job_log)

    def build(self, name: str) -> bool:
        """Prints the line of a project; false if a file differs."""
        plain_wall, plain_cpu = self.builds.build_plainly(name)
        wall = self.builds.trees.build(name, self.launcher, self.prefix, self.begin_counting)
        cost, jobs = (self.meter.read(), self.log.read()) if self.mesh else (Cost(0, 0, 0), [])
        if self.chosen.scan:
            self.check_scan(name, jobs)
        comparison = self.builds.trees.compare(name, self.launcher)
        report.show(jobs, name, self.chosen.json, compared=comparison.compared, differing=comparison.differing, excused=comparison.excused,
                    plainWallMillis=plain_wall, wallMillis=wall, submitterCpuMillis=cost.submitter, executorsCpuMillis=cost.executors,
                    plainCpuMillis=plain_cpu)
        return comparison.is_good()

    def check_scan(self, name: str, jobs: list[dict]) -> None:
        """While the sources are still there."""
        listed = self.builds.session.work / f"{name}.scan"
        listed.write_text("".join(f"{line}\n" for line in scan_lines(jobs)))
        target, prefix = SCRIPTS.parent / "cc-front/command/target", installed()
        classes = f"{target}/test-classes:{target}/classes:{prefix}/lib/floe/*"
        done = subprocess.run([f"{java_home()}/bin/java", "--enable-native-access=ALL-UNNAMED", "-cp", classes, SCAN_CHECK, listed],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        print(f"{name}: {done.stdout.strip()}", flush=True)

    def build_all(self, names: list[str]) -> int:
        """How many failed or differ."""
        report.show_head()
        return sum(not attempt(self.build, name, self.builds.trees) for name in names)


def attempt(build: Callable[[str], bool], name: str, trees: Trees) -> bool:
    """Whether a build of a project succeeded and is good; its trees go."""
    try:
        return build(name)
    except BuildFailed as problem:
        say(str(problem))
        return False
    finally:
        trees.remove(name)


def scan_lines(jobs: list[dict]) -> list[str]:
    """The compiles that ran remotely, as ScanCheck reads them: directory, compiler and arguments, separated by tabs."""
    lines = []
    for record in records.remote(jobs):
        words = record["argv"]
        compiler = words[0] if "/" in words[0] else shutil.which(words[0])
        fields = [record["directory"], compiler, *words[1:]]
        if compiler and pathlib.Path(record["directory"]).is_dir() and not any("\t" in field or "\n" in field for field in fields):
            lines.append("\t".join(fields))
    return lines
