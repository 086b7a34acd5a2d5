"""What goes wrong in ordinary operation is said, in words and with what to do, costs little, and ends by itself: disks that are full, nodes
that are frozen, meshes and names that are mixed up, builds that have another home."""

import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess

import pytest
from harness.machine import eventually, is_root
from harness.mesh import free_ports

pytestmark = pytest.mark.slow

MEBIBYTE = 1 << 20
TIGHT = 60 * MEBIBYTE  # of node 2's disk: less than a toolchain needs
WIDE = 600 * MEBIBYTE
MANY_INODES = 1 << 20  # a bound, because the kernel sets none later
CLASS_NAME = re.compile(r"^.*[a-z]\.[A-Z][A-Za-z]*(?:Exception|Error).*$", re.MULTILINE)
IPV6 = pathlib.Path("/proc/net/if_inet6")


@pytest.fixture(scope="module")
def mesh(make_mesh):
    """One submitter and three executors."""
    mesh = make_mesh("operations", 4, environment={"FLOE_STORE_SIZE": "20"}).start()
    mesh.create_toolchains("gcc")
    yield mesh
    mesh.stop()


def expect_no_class(text):
    assert not CLASS_NAME.findall(text), "it names a class"


def compile_at(case, name, node):
    """A new source for a node; compiled there or not, there is an object. Returns its record."""
    case.mark()
    case.write(f"{name}.c", f"int {name};\n")
    case.compile(f"gcc -c {name}.c", FLOE_NODE=node).check()
    assert case.path(f"{name}.o").stat().st_size > 0
    return case.await_records()[0]


def nodes(case):
    return case.mesh.run("nodes").text


def says(case, pattern):
    return re.search(pattern, nodes(case), re.MULTILINE)


def await_said(case, pattern):
    eventually(lambda: says(case, pattern), lambda: f"not {pattern}: {nodes(case)}")


def await_unsaid(case, pattern):
    eventually(lambda: not says(case, pattern), lambda: f"still {pattern}: {nodes(case)}")


def fetches(node):
    return len(re.findall("toolchain=.* fetched", node.log()))


def toolchain(case, node):
    """The id of its first one."""
    return case.mesh.run("toolchain", "list", "--json", node=node).check().json_lines()[0]["id"]


def remove_toolchain(case, node):
    case.mesh.run("toolchain", "remove", toolchain(case, node), node=node).check()


def mount(*words):
    subprocess.run(["mount", *map(str, words)], check=True, capture_output=True)


class Disk:
    """Node 2's data has a small disk of its own, at first an empty one that has no room for a toolchain."""

    def __init__(self, case):
        self.case, self.node = case, case.mesh[2]
        self.node.stop()
        self.kept = self.node.dir / "data.kept"
        self.node.data.rename(self.kept)
        self.node.data.mkdir(mode=0o700)
        case.cleanup.callback(self.remove)
        mount("-t", "tmpfs", "-o", f"size={TIGHT},nr_inodes={MANY_INODES},mode=700", "floe-operations", self.node.data)
        self.node.start()
        case.mesh.await_complete()

    def remove(self):
        self.node.stop()
        subprocess.run(["umount", "-R", "-l", self.node.data], check=True)
        self.node.data.rmdir()
        self.kept.rename(self.node.data)
        self.node.start()
        self.case.mesh.await_complete()

    def resize(self, size, inodes=MANY_INODES):
        mount("-o", f"remount,size={size},nr_inodes={inodes}", self.node.data)

    def make_read_only(self, name):
        """Returns what makes it writable again."""
        place = self.node.data / name
        mount("--bind", place, place)
        mount("-o", "remount,bind,ro", place)
        return lambda: subprocess.run(["umount", place], check=True)


@pytest.fixture
def tight(case):
    return Disk(case)


@pytest.fixture
def wide(case):
    """The disk has room, and the toolchain."""
    disk = Disk(case)
    disk.resize(WIDE)
    assert compile_at(case, "first", "node2")["decision"] == "remote"
    return disk


@pytest.mark.root
def test_an_executor_without_room_for_the_toolchain(case, tight):
    before = fetches(tight.node)
    records = [compile_at(case, f"a{number}", "node2") for number in range(5)]
    assert [record["decision"] for record in records] == ["local"] * 5
    assert fetches(tight.node) == before
    assert any("MiB, and the disk of the node's data directory has" in json.dumps(record) for record in records), records
    assert re.search("no jobs for it are accepted for .* free some space there", tight.node.log()), "the log does not say so"
    compile_at(case, "again", "node2")
    await_said(case, "^node2 .* takes no jobs for toolchain [0-9a-f]{12}: it needs about .* free some space there")
    tight.resize(WIDE)
    await_unsaid(case, "takes no jobs")
    assert compile_at(case, "after", "node2")["decision"] == "remote"
    assert fetches(tight.node) == before + 1


def expect_trouble(case, node, why):
    """It says so itself and takes no job."""
    assert compile_at(case, "trouble", node.name)["decision"] == "local"
    await_said(case, f"^{node.name} .* not executing: .*{why}")
    assert re.search(f"executes no jobs until it can write again.*{why}", node.log()), "the log does not say so"


def expect_recovery(case, node):
    await_unsaid(case, f"^{node.name} .* not executing")
    assert compile_at(case, "recovered", node.name)["decision"] == "remote"


@pytest.mark.root
def test_a_full_disk(case, wide):
    ballast = wide.node.data / "fill"
    subprocess.run(["dd", "if=/dev/zero", f"of={ballast}", "bs=1M"], capture_output=True, check=False)
    expect_trouble(case, wide.node, "full")
    ballast.unlink()
    expect_recovery(case, wide.node)


def use_inodes(directory):
    """Makes empty files until there can be no more."""
    try:
        for number in itertools.count(len(os.listdir(directory))):
            (directory / str(number)).touch()
    except OSError:
        return True


@pytest.mark.root
def test_no_inodes(case, wide):
    """Small jobs need none, so that nothing has to fail before this is noticed."""
    wide.resize(WIDE, sum(1 for _ in wide.node.data.rglob("*")) + 100)
    ballast = wide.node.data / "names"
    ballast.mkdir()
    # Again and again, because a job that has just ended leaves inodes free.
    eventually(lambda: use_inodes(ballast) and says(case, "^node2 .* not executing: .*inodes"), lambda: nodes(case))
    wide.resize(WIDE)
    shutil.rmtree(ballast)
    expect_recovery(case, wide.node)


@pytest.mark.root
def test_a_file_system_that_is_read_only(case, wide):
    make_writable = wide.make_read_only("jobs")
    expect_trouble(case, wide.node, "read-only")
    make_writable()
    expect_recovery(case, wide.node)


@pytest.mark.root
def test_a_toolchain_that_cannot_be_written(case, wide):
    remove_toolchain(case, 2)
    make_writable = wide.make_read_only("toolchains")
    compile_at(case, "d1", "node2")
    await_said(case, "^node2 .* takes no jobs for toolchain .*read-only")
    make_writable()
    await_unsaid(case, "takes no jobs")
    assert compile_at(case, "d2", "node2")["decision"] == "remote"


def test_a_frozen_holder_of_a_toolchain(case):
    """It is fetched while the holder is still frozen."""
    holder = case.mesh[3]
    case.cleanup.callback(holder.thaw)
    compile_at(case, "e0", "node3")
    compile_at(case, "e1", "node4")
    for number in range(3):
        remove_toolchain(case, 4)
        holder.freeze()
        assert compile_at(case, f"f{number}", "node4")["decision"] == "remote"
        holder.thaw()
        case.mesh.await_complete()


@pytest.fixture
def frozen(case):
    """The socket of a node that stands still."""
    node = case.mesh[3]
    case.cleanup.callback(case.mesh.await_complete)
    case.cleanup.callback(node.thaw)
    node.freeze()
    return node.socket


COMMANDS = ["nodes", "nodes --json", "jobs", "jobs --follow", "stats", "doctor", "toolchain list", "toolchain verify", "toolchain add gcc", "cache stats",
            "cache verify"]


def test_commands_give_a_frozen_node_up(case, frozen):
    """All at once, since each waits for an answer for a while."""
    running = {words: case.start(f"{case.floe_path} {words} --socket {frozen}") for words in COMMANDS}
    for words, command in running.items():
        result = command.wait()
        said = f"{words}: {result.text}{result.error_text}"
        assert result.code == 1, said
        assert "is there but does not answer" in said, said
        expect_no_class(said)


def test_explain_gives_a_frozen_node_up(case, frozen):
    case.write("x.c", "int x;\n")
    assert case.floe("explain", "--socket", frozen, "--", "gcc", "-c", "x.c").code != 0


@pytest.mark.parametrize("other", ["none", "stale", "file", "directory", "none/below"])
def test_commands_say_what_is_at_the_socket(alone, other):
    place = alone.dir / other
    with socket.socket(socket.AF_UNIX) as unheard:
        unheard.bind(str(alone.dir / "stale"))
    (alone.dir / "file").touch()
    (alone.dir / "directory").mkdir()
    result = alone.floe("nodes", "--socket", place)
    said = result.text + result.error_text
    assert result.code != 0
    assert f"no node answers at {place}" in said
    expect_no_class(said)


@pytest.fixture
def meshes(alone):
    """The tokens of two meshes; the key of the first is in the file key."""
    return [alone.floe("mesh", "create", name, "--mesh-key", name).check().lines[-1] for name in ("key", "other")]


def test_joining_another_mesh_needs_force(alone, meshes):
    mine, other = meshes
    before = alone.path("key").read_bytes()
    refused = alone.floe("mesh", "join", other, "--mesh-key", "key")
    assert refused.code != 0, "it was replaced"
    assert "--force" in refused.text + refused.error_text
    assert alone.floe("mesh", "join", "-", "--mesh-key", "key", stdin=f"{other}\n".encode()).code != 0, "it was replaced from standard input"
    assert alone.path("key").read_bytes() == before
    alone.path("key").chmod(0o644)
    assert alone.floe("mesh", "join", other, "--mesh-key", "key").code != 0, "one that is open to others was replaced"
    alone.path("key").chmod(0o600)
    alone.floe("mesh", "join", mine, "--mesh-key", "key").check()
    alone.floe("mesh", "join", other, "--force", "--mesh-key", "key").check()


def test_joining_without_a_mesh_needs_no_force(alone, meshes):
    alone.floe("mesh", "join", meshes[1], "--mesh-key", "new").check()
    alone.write("damaged", "", mode=0o600)
    alone.floe("mesh", "join", meshes[1], "--mesh-key", "damaged").check()


NAMES = ["node9", "NODE2", "node2.", " node2", "node1,node2"]


@pytest.mark.parametrize("name", NAMES)
def test_a_node_that_does_not_exist(case, name):
    record = compile_at(case, "lost", name)
    assert f"FLOE_NODE={name}: no such node in the mesh" in json.dumps(record), record


def stop_gently(node):
    """So that the others know at once."""
    if node.runs():
        node.signal(signal.SIGTERM)
    node.wait()


def start_lonely(case, *options, **arguments):
    """A node that executes nothing, in the directory node."""
    node = case.start_node("--no-multicast", "--no-execute", *options, key="mesh.key", **arguments)
    case.cleanup.callback(stop_gently, node)
    return node


def test_a_node_that_does_not_exist_where_no_other_executes(case):
    node = start_lonely(case)
    case.write("g.c", "int g;\n")
    case.compile("gcc -c g.c", FLOE_NODE="node9", FLOE_SOCKET=node.socket).check()
    listed = [case.floe_path, "jobs"]
    eventually(lambda: "FLOE_NODE=node9: no such node" in case.run(listed, FLOE_SOCKET=node.socket).text, "the job is not listed with this reason")


@pytest.fixture
def member(case):
    """The key of the mesh for a further node."""
    (case.dir / "node").mkdir(mode=0o700)
    shutil.copy2(case.mesh[1].key, case.dir / "node/mesh.key")


def test_two_nodes_of_one_name(case, member):
    start_lonely(case, "--listen", f"127.0.0.1:{free_ports(2)}", "--join", case.mesh[1].address, name="node3")
    await_said(case, r"^warning: 2 nodes are called node3 \(127\.0\.0\.1:[0-9]+, 127\.0\.0\.1:[0-9]+\).*--name")
    assert any("node3" in warning for warning in case.mesh.listing()["warnings"])
    assert "\nproblem  node: 2 nodes are called node3" in doctor(case, case.mesh[1].key, case.mesh[1].socket)


def doctor(case, key, socket_path):
    """What it says with this key in its usual place, behind a line end."""
    home = case.dir / "home"
    shutil.rmtree(home, ignore_errors=True)
    (home / "config/floe").mkdir(parents=True)
    if key is not None:
        shutil.copy2(key, home / "config/floe/mesh.key")
    # Root's places are the system's.
    somebody = "-Duser.name=somebody" if is_root() else None
    result = case.floe("doctor", "--socket", socket_path, XDG_CONFIG_HOME=home / "config", XDG_DATA_HOME=home, FLOE_JAVA_OPTS=somebody)
    said = f"\n{result.text}{result.error_text}"
    expect_no_class(said)
    return said


def test_doctor_knows_a_node_without_a_mesh(case):
    node = start_lonely(case)
    said = doctor(case, None, node.socket)
    assert re.search("^no problems found.*in no mesh|^[1-9].* problem", said, re.MULTILINE), said
    assert "no problems found" not in said.splitlines(), "nothing is wrong with a node that never joined"
    # Joined while the node runs.
    assert "\nproblem  node: it was started before this machine joined its mesh" in doctor(case, case.mesh[1].key, node.socket)


def test_doctor_knows_which_mesh_the_node_is_in(case):
    other = case.dir / "other"
    case.floe("mesh", "create", "throw-away", "--mesh-key", other).check()
    running = case.mesh[1].socket
    said = doctor(case, other, running)
    assert re.search(r"^problem  node: it runs in another mesh \(throw-away, id [0-9a-f]{16}\)", said, re.MULTILINE), said
    assert not re.search("another mesh|was started before|data port", doctor(case, case.mesh[1].key, running))
    assert "\nnote     mesh: the node is in mesh throw-away" in doctor(case, None, running)


@pytest.mark.root
@pytest.mark.needs("iptables")
def test_doctor_finds_a_data_port_that_is_firewalled(case):
    port = case.mesh[4].port + 1
    rule = ["INPUT", "-i", "lo", "-p", "tcp", "--dport", str(port), "--syn", "-j", "DROP"]
    if subprocess.run(["iptables", "-I", *rule], capture_output=True, check=False).returncode != 0:
        pytest.skip("iptables does not work here")
    case.cleanup.callback(subprocess.run, ["iptables", "-D", *rule], check=True)
    said = doctor(case, case.mesh[1].key, case.mesh[1].socket)
    assert f"\nproblem  network: the data port of node4 (127.0.0.1:{port}) cannot be reached from here" in said, said


IN_ITS_PLACE = 'mount --bind "$1" /etc/passwd && cd "$2" && shift 2 && exec setpriv --reuid 12345 --regid 12345 --clear-groups "$@"'


class Packager:
    """As debhelper does: a user with a node, for whom a build has another HOME and no directory of the session."""

    def __init__(self, case):
        if os.path.exists("/run/user/12345") or os.path.exists("/run/floe/node.sock"):
            pytest.skip("there is a user 12345, or a node of this machine runs")
        self.case, self.home, self.passwd = case, case.dir / "home", case.dir / "passwd"
        (case.dir / "other").mkdir()
        case.tree.chmod(0o777)
        place = self.home / ".local/share/floe"
        place.mkdir(parents=True)
        self.socket = place / "node.sock"
        node = case.start([case.floe_path, "node", "--name", "alone", "--data-dir", case.dir / "data", "--socket", self.socket, "--mesh-key",
                           case.dir / "none", "--config", "/dev/null", "--no-multicast", "--no-execute"], FLOE_SOCKET=None, FLOE_CACHE=None)
        eventually(lambda: b"ready" in node.out or not node.runs(), "the node is not ready")
        assert node.runs(), f"the node has ended: {node.error_text}"
        self.socket.chmod(0o666)
        case.write("h.c", "int h;\n")

    def build(self, passwd):
        """A compile as this user where /etc/passwd says so; what the wrapper says."""
        self.passwd.write_text(passwd)
        words = ["unshare", "--mount", "sh", "-c", IN_ITS_PLACE, "sh", self.passwd, self.case.tree, self.case.cc, "gcc", "-c", "h.c"]
        result = self.case.run(words, FLOE_SOCKET=None, XDG_RUNTIME_DIR=None, XDG_DATA_HOME=None, FLOE_NODE=None, FLOE_CACHE=None, FLOE_MODE="auto",
                               HOME=self.case.dir / "other", FLOE_VERBOSE="1").check()
        return result.text + result.error_text


@pytest.fixture
def packager(case):
    return Packager(case)


@pytest.mark.root
@pytest.mark.parametrize("gecos", ["Some, One", ""])
@pytest.mark.parametrize("shell", ["/bin/sh", ""], ids=["shell", "no_shell"])
def test_a_build_that_has_another_home(case, packager, gecos, shell):
    others = f"root:x:0:0:root:/root:/bin/bash\nother:x:1234:12345::{case.dir}/other:/bin/sh\n"
    assert packager.build(f"{others}someone:x:12345:12345:{gecos}:{packager.home}:{shell}\n") == "", "no node is found"
    eventually(lambda: "h.c" in case.floe("jobs", "--socket", packager.socket).text, "the node has no record")


NOT_LINES = ["someone:x:12345", "someone:x:x12345:12345::{}:/bin/sh", "someone:x:12345x:1::{}:/bin/sh", "someone:x:12345:12345::home:/bin/sh",
             "someone:x:12345:12345:::", "someone:x::12345::{}:/bin/sh"]


@pytest.mark.root
@pytest.mark.parametrize("line", NOT_LINES)
def test_what_is_no_line_of_this_user_leads_nowhere(packager, line):
    """And the build goes on."""
    assert "no node at" in packager.build(line.format(packager.home) + "\n")


@pytest.mark.skipif(not IPV6.exists() or not re.search("^0*1 ", IPV6.read_text(), re.MULTILINE), reason="there is no IPv6 here")
@pytest.mark.parametrize("address", ["[::1]", "[0:0:0:0:0:0:0:1]"])
def test_ipv6_addresses_have_brackets(case, address):
    port = free_ports(2)
    (case.dir / "node").mkdir(mode=0o700)
    case.floe("mesh", "create", "six", "--mesh-key", case.dir / "node/mesh.key", "--seed", f"[::1]:{port}").check()
    node = start_lonely(case, "--listen", f"{address}:{port}")
    eventually(lambda: f" [::1]:{port + 1} " in case.floe("nodes", "--socket", node.socket).text, "it is not listed by its address")
    assert f"[::1]:{port + 1}" in [peer["address"] for peer in case.floe("nodes", "--json", "--socket", node.socket).json()["nodes"]]
    stop_gently(node)
    assert not re.findall(r"^.*(?:(?:^|[^:\[0-9a-f])(?:0:){7}1|/\[|[^\[]::1\]?:[0-9]).*$", node.error_text, re.MULTILINE)


def test_what_is_no_ipv6_address(alone):
    result = alone.floe("node --listen ::1::2 --config /dev/null")
    assert result.code != 0, "it starts"
    assert "not an IPv6 address" in result.text + result.error_text


def test_no_log_names_a_class(case):
    for node in case.mesh.nodes.values():
        expect_no_class(node.log())
    expect_no_class(case.mesh[1].job_log.read_text())
