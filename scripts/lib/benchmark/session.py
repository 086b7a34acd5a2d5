"""A run of a benchmark: its directory, its hosts and what it has measured. All that it starts ends with it."""

import argparse
import contextlib
import os
import pathlib
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator

from benchmark import SCRIPTS, tables
from benchmark.hosts import Hosts
from benchmark.options import fail
from harness.script import work_directory


class Session:
    """`work` is the directory; what is put into `cleanup` is closed at the end, the last first."""

    def __init__(self, options: argparse.Namespace, work: pathlib.Path, cleanup: contextlib.ExitStack) -> None:
        self.options, self.work, self.cleanup = options, work, cleanup
        self.rows: list[tables.Row] = []
        self._hosts: Hosts | None = None

    def hosts(self, count: int) -> Hosts:
        """At least so many hosts, which are made when they are first asked for."""
        if self._hosts is None:
            self._hosts = Hosts(count)
            self.cleanup.callback(self._hosts.close)
        self._hosts.add_up_to(count)
        return self._hosts

    def directory(self, name: str) -> pathlib.Path:
        """A new and empty directory, which daemons that are not root may use."""
        path = self.work / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        path.chmod(0o777)
        return path

    def add_row(self, **figures: object) -> None:
        self.rows.append(figures)

    def show(self) -> None:
        if self.rows:
            tables.show(self.rows, self.options.json)


@contextlib.contextmanager
def begin(name: str, options: argparse.Namespace, root: bool = True, setup: str = "bench") -> Iterator[Session]:
    """Installs what is missing. At the end the table is printed, also what there is of it when a step has failed."""
    if root and os.geteuid() != 0:
        fail("network namespaces and cgroups are made by root only; run this as root")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    subprocess.run([SCRIPTS / "setup", setup], check=True)
    with work_directory(name) as work, contextlib.ExitStack() as cleanup:
        work.chmod(0o755)
        session = Session(options, work, cleanup)
        try:
            yield session
        except AssertionError as problem:
            fail(str(problem))
        except KeyboardInterrupt:
            sys.exit(128 + signal.SIGINT)
        finally:
            session.show()
