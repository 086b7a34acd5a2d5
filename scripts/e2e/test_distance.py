"""A toolchain that no executor behind a slow link has crosses that link once: one of them fetches it, and gives it to its neighbours."""

import contextlib
import pathlib
import re
import subprocess
import sys
import types

import pytest
from harness import namespaces
from harness.machine import eventually
from harness.network import Network

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "lib"))

from benchmark.links import Link, SlowLink  # noqa: E402

pytestmark = [pytest.mark.root, pytest.mark.slow]

GCC_LIB = "/usr/lib/gcc/x86_64-linux-gnu/12"
# What of the toolchain the other machines lack.
MISSING = ("cc1", "cc1plus", "lto1")
LINK = Link(up=50, down=50, round_trip=40)
EXECUTORS = (2, 3, 4)


@pytest.fixture
def mesh(make_mesh, work, request, tmp_path):
    """The first host submits, behind a slow link. The others are near each other and have another compiler."""
    cleanup = contextlib.ExitStack()
    request.addfinalizer(cleanup.close)
    network = Network(4)
    cleanup.callback(network.close)
    cleanup.callback(SlowLink(types.SimpleNamespace(network=network), 1, LINK, tmp_path).close)
    holder = cleanup.enter_context(namespaces.with_own_usr(work / f"other-usr-{request.node.name}"))
    subprocess.run(["rm", *(f"/proc/{holder.pid}/root{GCC_LIB}/{name}" for name in MISSING)], check=True)
    mesh = make_mesh(f"distance-{request.node.name}", 4, network=network)
    cleanup.callback(mesh.stop)
    mesh.prefixes = {number: ["nsenter", "--mount", "--target", holder.pid] for number in EXECUTORS}
    return mesh.start()


def sent(mesh, number):
    """Bytes that a host has sent: what the other end of its cable has received."""
    return int(pathlib.Path(f"/sys/class/net/fl{mesh.network.id}-{number}/statistics/rx_bytes").read_text())


def compile_on_all(case, executors):
    """A compile on each executor, all at the same moment; returns the bytes that the submitter has sent."""
    case.before = case.mesh.prefix(1)
    before = sent(case.mesh, 1)
    for number in executors:
        case.write(f"a{number}.cc", f"int f{number}() {{ return {number}; }}\n")
    running = [case.start_compile(f"g++ -O2 -c a{number}.cc", FLOE_NODE=f"node{number}") for number in executors]
    for command in running:
        command.wait().check()
    assert {record["node"] for record in case.log.read() if record["decision"] == "remote"} == {f"node{number}" for number in executors}
    return sent(case.mesh, 1) - before


def fetched_bytes(mesh):
    """What each executor has fetched of the toolchain, before compression."""
    found = {number: re.search(r"assembled .*fetchedBytes=(\d+)", mesh[number].log()) for number in EXECUTORS}
    return {number: int(match.group(1)) for number, match in found.items() if match}


def fetched_from_neighbours(mesh):
    return [number for number in EXECUTORS if re.search(r"toolchain=\w+ comes from", mesh[number].log())]


def receiving(mesh):
    return [number for number in EXECUTORS if any(mesh[number].data.glob("toolchains/fetch-*/request-*"))]


def test_it_crosses_the_link_once(case, mesh):
    sent_bytes = compile_on_all(case, EXECUTORS)
    assert len(set(fetched_bytes(mesh).values())) == 1 and len(fetched_bytes(mesh)) == len(EXECUTORS)
    assert len(fetched_from_neighbours(mesh)) == len(EXECUTORS) - 1
    # Programs are compressed to about a third; sent twice it would be more than this.
    assert sent_bytes < fetched_bytes(mesh)[EXECUTORS[0]] / 2


def test_a_relay_that_dies_is_replaced(case, mesh):
    """The relay is frozen in the middle of its fetch; the others get the toolchain all the same, over the slow link."""
    case.before = mesh.prefix(1)
    for number in EXECUTORS:
        case.write(f"a{number}.cc", f"int f{number}() {{ return {number}; }}\n")
    running = [case.start_compile(f"g++ -O2 -c a{number}.cc", FLOE_NODE=f"node{number}") for number in EXECUTORS]
    eventually(lambda: receiving(mesh), "nobody receives anything of the toolchain")
    relay = receiving(mesh)[0]
    mesh[relay].freeze()
    others = [number for number in EXECUTORS if number != relay]
    for command in running:
        command.wait().check()
    mesh[relay].thaw()
    assert {record["node"] for record in case.log.read() if record["decision"] == "remote"} >= {f"node{number}" for number in others}
