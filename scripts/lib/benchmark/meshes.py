"""Meshes on the hosts of a benchmark, each node in a group of its own."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from benchmark import SCRIPTS
from benchmark.groups import Group
from benchmark.hosts import Hosts
from harness.jobs import JobLog
from harness.mesh import Mesh, Node
from harness.script import installed

# What the caller says about one command or one installation is not for all nodes.
NOT_PASSED_ON = ("FLOE_SOCKET", "FLOE_MODE", "FLOE_NODE", "FLOE_ACTIVE", "FLOE_PREFIX")


def group_of(hosts: Hosts, number: int) -> Group:
    return hosts.group(f"node{number}")


def node_environment(cache: str) -> dict[str, str]:
    """What is measured must be compiled, unless the benchmark is about the cache."""
    passed = {name: value for name, value in os.environ.items() if name.startswith("FLOE_") and name not in NOT_PASSED_ON}
    return {**passed, "FLOE_CACHE": cache}


@contextlib.contextmanager
def mesh(hosts: Hosts, directory: pathlib.Path, count: int, cache: str = "off", install: pathlib.Path | None = None, started: bool = True,
         inside: Mapping[int, Sequence[str]] = MappingProxyType({}), sockets: Mapping[int, pathlib.Path] = MappingProxyType({}),
         **options: Any) -> Iterator[Mesh]:
    """A mesh in which each node sees all others, or with `started` false only has its key. What an earlier mesh has left in the directory goes.

    What runs on a node runs behind the words `inside`, and its socket lies in its directory or where `sockets` says.
    """
    shutil.rmtree(directory, ignore_errors=True)
    made = Mesh(install or installed(), directory, count, network=hosts.network, settling_millis=None, environment=node_environment(cache), **options)
    for number in made.nodes:
        made.prefixes[number] = [*group_of(hosts, number).prefix(), *inside.get(number, ())]
    for number, socket in sockets.items():
        made[number].socket = socket
    try:
        if started:
            made.start()
        else:
            made.create_keys()
        yield made
    finally:
        made.stop()


def add_node(made: Mesh, hosts: Hosts, prefix: Sequence[str] = ()) -> Node:
    """One more host, whose node has the mesh's key and is not started yet."""
    number = len(made.nodes) + 1
    hosts.add_up_to(number)
    made.prefixes[number] = [*group_of(hosts, number).prefix(), *prefix]
    node = made.nodes[number] = Node(made, number)
    node.dir.mkdir(mode=0o700, parents=True)
    node.key.write_bytes(made[1].key.read_bytes())
    node.key.chmod(0o600)
    return node


def builds_of(made: Mesh, number: int = 1, /, **variables: str) -> list[str]:
    """The words that make a build run on the host of a node, through that node."""
    settings = {"FLOE_SOCKET": str(made[number].socket), "FLOE_CACHE": made.environment["FLOE_CACHE"], **variables}
    return [*made.prefix(number), "env", *(f"{name}={value}" for name, value in settings.items())]


def remote_compiles(log: JobLog) -> int:
    """How many compiles that have ended since the log's making ran on another node."""
    return sum(record["decision"] == "remote" for record in log.read())


def forget_results(made: Mesh, number: int) -> None:
    """Starts a node again that knows no results and no files; its toolchains stay."""
    node = made[number]
    node.stop()
    for name in ("store", "actions"):
        remove_files(node.data / name)
    node.start()
    made.await_complete()


def remove_files(directory: pathlib.Path, pattern: str = "") -> None:
    """Those below a directory in whose path a pattern is found."""
    for path in directory.rglob("*"):
        if path.is_file() and re.search(pattern, str(path)):
            path.unlink(missing_ok=True)


def all_have_a_toolchain(made: Mesh) -> bool:
    return all(node["toolchains"] for node in made.listing()["nodes"] if node["executes"])


def sleeping_compiler(directory: pathlib.Path) -> pathlib.Path:
    """A gcc that sleeps as long as its source says, in a directory of its own."""
    directory.mkdir()
    program = directory / "gcc"
    subprocess.run(["gcc", "-O2", "-static", f"-DREAL_COMPILER={json.dumps(real_compiler())}", "-o", program, SCRIPTS / "lib/sleeping-compiler.c"], check=True)
    return program


def real_compiler() -> str:
    return os.path.realpath(shutil.which("gcc") or "gcc")
