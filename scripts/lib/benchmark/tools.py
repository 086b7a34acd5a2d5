"""The tools that hand out compiles, each on its own mesh of three hosts, of which the first submits and compiles nothing for others."""

import contextlib
import os
from collections.abc import Sequence
from typing import Protocol

from benchmark import meshes
from benchmark.competitors import Distcc, Icecream
from benchmark.groups import Group
from benchmark.session import Session
from harness.jobs import JobLog

HOSTS = 3
EXECUTORS = range(2, HOSTS + 1)
NAMES = ("plain", "floe", "icecc", "icecc-remote-cpp", "distcc", "pump")


def executor_slots() -> int:
    """Two executors share this machine."""
    return ((os.cpu_count() or 1) + 1) // 2


class Tool(Protocol):
    """`words` come before a compile, and what `prefix` returns before all of them; the groups count the CPU time."""

    words: str
    submitter: Group
    executors: Sequence[Group]

    def prefix(self) -> list[str]: ...

    def restart(self) -> None:
        """Ends what serves builds on the submitter and starts it again; what it keeps on disk stays."""

    def remote_since_mark(self) -> int | None:
        """How many compiles ran remotely since `mark`, where that is known."""

    def mark(self) -> None: ...


class Plain:
    """The compiler by itself."""

    words = ""
    executors: Sequence[Group] = ()

    def __init__(self, session: Session, cleanup: contextlib.ExitStack) -> None:
        self.submitter = session.hosts(HOSTS).group("plain")

    def prefix(self) -> list[str]:
        return self.submitter.prefix()

    def restart(self) -> None:
        pass

    def mark(self) -> None:
        pass

    def remote_since_mark(self) -> int | None:
        return None


class Floe(Plain):
    def __init__(self, session: Session, cleanup: contextlib.ExitStack) -> None:
        hosts = session.hosts(HOSTS)
        self.mesh = cleanup.enter_context(meshes.mesh(hosts, session.work / "mesh", HOSTS, slots=executor_slots()))
        self.words = str(self.mesh.cc)
        self.submitter = meshes.group_of(hosts, 1)
        self.executors = [meshes.group_of(hosts, host) for host in EXECUTORS]

    def prefix(self) -> list[str]:
        return meshes.builds_of(self.mesh, FLOE_MODE="remote")

    def restart(self) -> None:
        self.mesh[1].restart()
        self.mesh.await_complete()

    def mark(self) -> None:
        self.log = JobLog(self.mesh[1].job_log)

    def remote_since_mark(self) -> int | None:
        return meshes.remote_compiles(self.log)


class Icecc(Plain):
    words = "icecc"

    def __init__(self, session: Session, cleanup: contextlib.ExitStack, remote_cpp: bool = False) -> None:
        directory = session.directory(f"icecc-{int(remote_cpp)}")
        self.daemons = Icecream(session.hosts(HOSTS), directory, HOSTS, executor_slots())
        self.remote_cpp = remote_cpp
        cleanup.callback(self.daemons.close)
        self.daemons.start()
        self.submitter = self.daemons.group(1)
        self.executors = [self.daemons.group(host) for host in EXECUTORS]

    def prefix(self) -> list[str]:
        return self.daemons.prefix(ICECC_REMOTE_CPP=str(int(self.remote_cpp)))

    def restart(self) -> None:
        self.daemons.restart_submitter()


class DistccTool(Plain):
    words = "distcc"

    def __init__(self, session: Session, cleanup: contextlib.ExitStack, pump: bool = False) -> None:
        directory = session.directory("pump" if pump else "distcc")
        self.daemons = Distcc(session.hosts(HOSTS), directory, HOSTS, executor_slots())
        cleanup.callback(self.daemons.close)
        self.daemons.start()
        if pump:
            self.daemons.start_include_server()
        self.submitter = self.daemons.group(1)
        self.executors = [self.daemons.group(host) for host in EXECUTORS]

    def prefix(self) -> list[str]:
        return self.daemons.prefix()

    def restart(self) -> None:
        """distcc has a daemon on the submitter in pump mode alone."""
        if self.daemons.include_server:
            self.daemons.include_server.stop()
            self.daemons.include_server.start()


def start(name: str, session: Session, cleanup: contextlib.ExitStack) -> Tool:
    """A tool whose daemons or nodes are new and know nothing; they end with the cleanup."""
    match name:
        case "plain":
            return Plain(session, cleanup)
        case "floe":
            return Floe(session, cleanup)
        case "icecc" | "icecc-remote-cpp":
            return Icecc(session, cleanup, remote_cpp=name == "icecc-remote-cpp")
        case _:
            return DistccTool(session, cleanup, pump=name == "pump")
