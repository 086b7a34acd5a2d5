"""Who does not know the mesh's secret is refused, counted, and named in the log. Nothing else listens."""

import os
import pathlib
import re
import socket
import subprocess
import sys

import pytest
from harness.machine import ORDINARY_USER, eventually
from harness.mesh import free_ports

sys.path.append(str(pathlib.Path(__file__).parent.parent / "lib"))
import unauthenticated_peer  # noqa: E402


@pytest.fixture(scope="module")
def mesh(make_mesh):
    """Of its own, because strangers count and the logs are read."""
    mesh = make_mesh("authentication", 2, prepared=True).start()
    yield mesh
    mesh.stop()


def refused(case):
    listing = case.mesh.listing()
    return listing["refused"] + listing["aborted"]


def await_refused(case, before, who):
    eventually(lambda: refused(case) > before, f"{who} is not counted")


def expect_service(case):
    case.write("service.c", "int x;\n")
    case.same("gcc -c service.c")
    case.expect_remote()


@pytest.mark.parametrize("kind", unauthenticated_peer.KINDS)
@pytest.mark.parametrize("port", ["group", "data"])
def test_strangers_at_the_port(case, port, kind):
    """A stranger at a port of node 1 is turned away, counted, and named in the log."""
    before, number = refused(case), case.mesh[1].port + (port == "data")
    with socket.create_connection(("127.0.0.1", number), timeout=unauthenticated_peer.PATIENCE_SECONDS) as connection:
        said = unauthenticated_peer.KINDS[kind](connection)
    assert said.startswith(("closed", "refused"))
    await_refused(case, before, f"{kind} at the {port} port")


def test_strangers_are_named(case):
    before = refused(case)
    with socket.create_connection(("127.0.0.1", case.mesh[1].port)) as stranger:
        unauthenticated_peer.KINDS["text"](stranger)
    await_refused(case, before, "a stranger")
    assert re.search(r"refused.*127\.0\.0\.1", case.mesh[1].log())
    assert re.search(r"^refused [0-9]* connections of strangers.*127\.0\.0\.1", case.floe("nodes").text, re.MULTILINE)
    assert not re.search("Exception|ERROR", case.mesh[1].log())
    expect_service(case)


def test_a_hundred_silent_connections(case):
    for node in case.mesh.nodes.values():
        for port in (node.port, node.port + 1):
            for _ in range(25):
                case.cleanup.enter_context(socket.create_connection(("127.0.0.1", port)))
    expect_service(case)
    expect_service(case)


def test_node_with_another_secret(case):
    before, seed = refused(case), case.mesh[1].address
    (case.dir / "node").mkdir(mode=0o700)
    case.floe("mesh", "create", "throw-away", "--mesh-key", case.dir / "node/key", "--seed", seed).check()
    stranger = case.start_node("--listen", f"127.0.0.1:{free_ports(2)}", "--no-multicast", name="stranger", key="key")
    await_refused(case, before, "it")
    said = eventually(lambda: re.search("warning:.*alone.*", case.floe("nodes", "--socket", stranger.socket).text, re.DOTALL), "it is not alone")
    assert seed in said.group()
    assert "stranger" not in {node["name"] for node in case.mesh.listing()["nodes"]}
    expect_service(case)
    # Its own compiles are as ever.
    case.compile("gcc -c service.c", FLOE_SOCKET=stranger.socket).check()


def listed(*options):
    return subprocess.run(["ss", "-H", *options], capture_output=True, text=True, check=True).stdout.splitlines()


def listeners(pid):
    """What a process listens on, TCP and UDP."""
    lines = [line.split() for line in listed("-lntup") if f"pid={pid}," in line]
    return sorted((words[0], re.sub(r"\[::ffff:([0-9.]*)\]", r"\1", words[4])) for words in lines)


@pytest.mark.needs("ss")
def test_only_two_ports_listen(case):
    for node in case.mesh.nodes.values():
        assert listeners(node.pid) == [("tcp", node.address), ("tcp", f"127.0.0.1:{node.port + 1}")]
        assert sum(f"pid={node.pid}," in line for line in listed("-lxp")) == 1


def mode(path):
    return os.lstat(path).st_mode & 0o777


def test_socket_and_files_are_the_users_own(case):
    assert mode(case.mesh[1].socket) == 0o600
    assert mode(case.mesh[1].key) == 0o600
    assert mode(case.mesh[2].data / "store") == 0o700
    for node in case.mesh.nodes.values():
        for path in node.data.rglob("*"):
            assert path.is_symlink() or not mode(path) & 0o022, path


@pytest.mark.root
def test_another_user_is_refused_at_the_socket(case):
    case.write("x.c", "int x;\n")
    place = case.mesh[1].dir
    for directory in (case.mesh.dir, place):
        case.cleanup.callback(directory.chmod, mode(directory))
        directory.chmod(0o755)
    case.tree.chmod(0o777)
    user = ["setpriv", "--reuid", str(ORDINARY_USER), "--regid", str(ORDINARY_USER), "--clear-groups"]
    result = case.run([*user, case.cc, "gcc", "-c", "x.c"], FLOE_VERBOSE="1").check()
    assert "ermission denied" in result.error_text
    assert case.path("x.o").stat().st_size > 0


@pytest.mark.needs("ss")
def test_a_node_without_a_mesh_listens_on_nothing(case):
    node = case.start_node()
    assert all(address.startswith(("127.0.0.1:", "[::1]:")) for _, address in listeners(node.pid))
    case.write("x.c", "int x;\n")
    case.same("gcc -c x.c", FLOE_SOCKET=node.socket)


def test_secrets_are_not_shown(case):
    secret = case.mesh[1].key.read_text().splitlines()[-1][-59:-19]
    assert len(secret) == 40
    for node in case.mesh.nodes.values():
        for name in ("err", "out", "jobs.jsonl"):
            path = node.dir / name
            assert not path.exists() or secret not in path.read_text()
    assert secret.encode() not in pathlib.Path(f"/proc/{case.mesh[1].pid}/cmdline").read_bytes()
