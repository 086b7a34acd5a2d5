"""Executors assemble a toolchain from files that they have installed themselves; only the others cross the network, and each byte is verified."""

import pathlib
import re
import subprocess

import pytest
from harness import namespaces
from harness.machine import eventually
from harness.network import Network, ip

pytestmark = pytest.mark.root

GCC_LIB = "/usr/lib/gcc/x86_64-linux-gnu/12"
SOURCE = "#include <stdio.h>\n#include <vector>\nint f() { return std::vector<int>(EOF + %d).size(); }\n"
COMMAND = "g++ -O2 -g -c a.cc -o a.o"


@pytest.fixture(scope="module")
def other_usr(work):
    """A mount namespace with a /usr of its own: that of another distribution."""
    with namespaces.with_own_usr(work / "other-usr") as holder:
        yield holder


@pytest.fixture
def mesh(make_mesh, request):
    """Three hosts that have never compiled anything; the first submits."""
    network = Network(3)
    request.addfinalizer(network.close)
    mesh = make_mesh(f"files-{request.node.name[:40]}", 3, network=network)
    request.addfinalizer(mesh.stop)
    if "other_usr" in request.fixturenames:
        mesh.prefixes = {3: ["nsenter", "--mount", "--target", request.getfixturevalue("other_usr").pid]}
    return mesh.start()


def sent(mesh, number):
    """Bytes that a host has sent."""
    return int(ip("netns", "exec", mesh.network.namespace(number), "cat", "/sys/class/net/eth0/statistics/tx_bytes"))


def compile_on(case, executor, number):
    """A compile on one executor, which gives what the plain compiler gives; bytes that the submitter has sent for it."""
    case.before = case.mesh.prefix(1)
    case.write("a.cc", SOURCE % number)
    before = sent(case.mesh, 1)
    case.same(COMMAND, FLOE_NODE=executor)
    record = case.expect_remote()[0]
    assert record["node"] == executor
    return sent(case.mesh, 1) - before


def assembled(node):
    """Files of the toolchain that a node has assembled, and how many of them were fetched."""
    found = re.search(r"assembled files=(\d+) bytes=\d+ fetchedFiles=(\d+)", node.log())
    assert found, node.log()[-3000:]
    return int(found.group(1)), int(found.group(2))


def toolchains(node):
    return [path for path in (node.data / "toolchains").iterdir() if len(path.name) == 64]


def test_equal_machines_send_no_toolchain(case, mesh):
    for number, executor in enumerate(("node2", "node3")):
        assert compile_on(case, executor, number) < 600_000
    for number in (2, 3):
        files, fetched = assembled(mesh[number])
        assert files > 20 and fetched == 0
    assert not list(mesh[1].data.glob("toolchains/*/archive.tar.zst")), "nobody has asked for an archive"


def change(usr, name, old, new):
    """Another file of the same size and time."""
    path = f"/proc/{usr.pid}/root{name}"
    with open(path, "rb") as file:
        content = file.read()
    assert old in content and len(old) == len(new)
    subprocess.run(["cp", "-p", path, f"{path}.before"], check=True)
    with open(path, "wb") as file:
        file.write(content.replace(old, new))
    subprocess.run(["touch", "-r", f"{path}.before", path], check=True)
    subprocess.run(["rm", f"{path}.before"], check=True)


def test_only_what_differs_is_sent(case, other_usr, mesh):
    """A compiler proper and a header that are damaged, a library that is missing, a program that others may not read."""
    change(other_usr, f"{GCC_LIB}/cc1", b"12.2.0", b"12.2.9")
    change(other_usr, "/usr/include/stdio.h", b"#define EOF (-1)", b"#define EOF (-7)")
    root = f"/proc/{other_usr.pid}/root"
    subprocess.run(f"mv {root}{GCC_LIB}/liblto_plugin.so {root}{GCC_LIB}/away.so && chmod o-r {root}{GCC_LIB}/lto-wrapper", shell=True, check=True)
    # The files come from the holder, or from another node that has them by then and has answered faster.
    before = sent(mesh, 2)
    bytes_sent = compile_on(case, "node3", 3) + sent(mesh, 2) - before
    assert assembled(mesh[3])[1] == 3
    assert 1_000_000 < bytes_sent < 20_000_000
    held = toolchains(mesh[3])[0] / f"tree{GCC_LIB}"
    assert (held / "cc1plus").stat().st_ino != pathlib.Path(f"{root}{GCC_LIB}/cc1plus").stat().st_ino, "no link to a file of the system"
    for name in ("cc1", "cc1plus", "lto-wrapper"):
        assert (held / name).read_bytes() == pathlib.Path(f"{GCC_LIB}/{name}").read_bytes()


def test_a_frozen_holder_and_a_dead_one(case, other_usr, mesh):
    change(other_usr, f"{GCC_LIB}/cc1plus", b"12.2.0", b"12.2.8")
    compile_on(case, "node2", 4)
    eventually(lambda: any(node["toolchains"] for node in mesh.listing(3)["nodes"] if node["name"] == "node2"), "node3 does not know that node2 has the toolchain")
    mesh[2].freeze()
    compile_on(case, "node3", 5)
    assert assembled(mesh[3])[1] > 0
    mesh.run("toolchain", "remove", toolchains(mesh[3])[0].name, node=3)
    mesh[2].kill()
    compile_on(case, "node3", 6)


def test_an_old_holder_packs_when_it_is_asked(case, mesh):
    """A toolchain whose files cannot be sent one by one, because the holder's are damaged, is not assembled from them."""
    compile_on(case, "node2", 7)
    cc1 = toolchains(mesh[2])[0] / f"tree{GCC_LIB}/cc1"
    content = cc1.read_bytes()
    cc1.write_bytes(content.replace(b"12.2.0", b"12.2.7"))
    compile_on(case, "node3", 8)
    assert (toolchains(mesh[3])[0] / f"tree{GCC_LIB}/cc1").read_bytes() == content
