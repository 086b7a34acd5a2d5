"""Mistakes that `floe doctor` names with the right remedy. Each is planted for real on a machine with which nothing is wrong: MISTAKES is the table of
them, with the section of docs/troubles.md that doctor must name, and words of the remedy that it must print. Once a mistake is undone, doctor must no
longer name it."""

import contextlib
import dataclasses
import os
import pathlib
import re
import shlex
import signal
import socket as sockets
import subprocess
from collections.abc import Callable

import pytest
from harness import machine
from harness.machine import eventually
from harness.mesh import WITH_PARENT
from harness.network import Network, ip

pytestmark = [pytest.mark.slow, pytest.mark.root, pytest.mark.needs("nft", "ip", "nsenter", "unshare", "setpriv")]

PROJECT = pathlib.Path(__file__).resolve().parents[2]
# Topics that are not planted here. Those behind the first three need a kernel or a root of their own, or a release that was built before.
ELSEWHERE = {
    "apparmor": "DoctorChecksTest.findsWhichSettingForbidsUserNamespaces: only Ubuntu's kernel has the setting",
    "no-proc": "DoctorChecksTest.findsThatProcIsNotMounted: Java does not start there, and the launcher says why",
    "old-node": "versions::old_nodes_are_named, DoctorChecksTest.findsANodeOfAnOlderRelease",
    "chroot": "other_roots::doctor_in_a_chroot: no mistake",
    "emulators": "no mistake",
    "toolchain": "no mistake: that there is none yet, or that one is not observed",
}
SUBMITS, EXECUTES, SPARE = 1, 2, 3
STRANGER = 12345
SKEWED_SECONDS = 90
MINIMUM_OF_A_BUILD = 8

# Shifts the clock of the process that loads it.
SKEW_C = r"""
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *now)
{
    long result = syscall(SYS_clock_gettime, id, now);
    if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        now->tv_sec += SKEW;
    return (int)result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec time;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &time);
    now->tv_sec = time.tv_sec;
    now->tv_usec = time.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *into)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (into != 0)
        *into = now.tv_sec;
    return now.tv_sec;
}
"""


@dataclasses.dataclass(frozen=True)
class Mistake:
    """`plant` is a context manager that plants it; its value has the arguments by which doctor is called meanwhile."""

    name: str
    topic: str
    remedy: str
    plant: Callable


MISTAKES: list[Mistake] = []


def mistake(topic, remedy):
    def register(plant):
        MISTAKES.append(Mistake(plant.__name__, topic, remedy, contextlib.contextmanager(plant)))
        return plant

    return register


@pytest.fixture(scope="module")
def mesh(make_mesh):
    """Two machines of one mesh, and one that is spare."""
    network = Network(3)
    mesh = make_mesh("mistakes", 2, network=network).start()
    mesh.create_toolchains("gcc")
    mesh.network = network
    yield mesh
    mesh.stop()
    network.close()


@pytest.fixture
def place(case):
    """A case whose commands run on the machine that submits, as its user has set it up."""
    home = case.dir / "home"
    (home / "run").mkdir(parents=True)
    case.before = case.mesh.network.prefix(SUBMITS)
    case.links = case.prefix / "lib/floe/compilers"
    case.compilers = os.environ["PATH"]
    # Root's places are the system's.
    case.env.update(HOME=str(home), XDG_CONFIG_HOME=str(home), XDG_DATA_HOME=str(home), XDG_RUNTIME_DIR=str(home / "run"), FLOE_JAVA_OPTS="-Duser.name=somebody",
                    FLOE_MESH_KEY=str(case.mesh[SUBMITS].key), FLOE_DATA_DIR=str(case.mesh[SUBMITS].data), PATH=f"{case.links}:{case.compilers}")
    return case


def findings(case, socket="", before=(), host=SUBMITS, **environment):
    """What doctor says of a machine: pairs of a topic and a text. Without a socket it asks the node where a user's node listens."""
    at = [] if socket is None else ["--socket", str(socket or case.mesh[SUBMITS].socket)]
    words = [*case.mesh.network.prefix(host), *before, case.floe_path, "doctor", "--json", *at]
    before, case.before = case.before, []
    try:
        result = case.run(words, **{"FLOE_SOCKET": None, **environment})
    finally:
        case.before = before
    lines = [line for line in result.json_lines() if "topic" in line]
    assert lines, result.error_text
    return [(line["topic"], line["text"]) for line in lines if line["topic"]]


def names(found, mistake):
    return any(topic == mistake.topic and mistake.remedy in text for topic, text in found)


# The network


def firewall(case, host, rule):
    words = [*case.mesh.network.prefix(host), "nft"]
    subprocess.run([*words, f"table inet floe {{ chain in {{ type filter hook input priority 0; {rule}; }}; }}"], check=True)
    yield {}
    subprocess.run([*words, "delete table inet floe"], check=True)


@mistake("data-port", "Open this TCP port on that machine")
def a_firewall_before_the_data_port_of_a_peer(case):
    yield from firewall(case, EXECUTES, f"tcp dport {case.mesh[EXECUTES].port + 1} tcp flags syn drop")


@mistake("group-port", "Open this TCP port on that machine")
def a_firewall_before_the_port_of_the_group_of_a_peer(case):
    yield from firewall(case, EXECUTES, f"tcp dport {case.mesh[EXECUTES].port} tcp flags syn drop")


@mistake("own-data-port", "Open this TCP port on this machine")
def a_firewall_before_the_data_port_of_this_machine(case):
    yield from firewall(case, SUBMITS, f"tcp dport {case.mesh[SUBMITS].port + 1} tcp flags syn drop")


@mistake("own-group-port", "Open this TCP port on this machine")
def a_firewall_before_the_port_of_the_group_of_this_machine(case):
    yield from firewall(case, SUBMITS, f"tcp dport {case.mesh[SUBMITS].port} tcp flags syn drop")


@mistake("mtu", "ip link set DEV mtu 1280")
def a_path_that_drops_large_packets(case):
    # Of connections that the other node opens, too: after the cases of firewalls requests may go over those.
    there, here = case.mesh[EXECUTES].port + 1, case.mesh[SUBMITS].port + 1
    yield from firewall(case, EXECUTES, f"meta length > 1000 tcp dport {there} drop; meta length > 1000 tcp sport {here} drop")


@mistake("mtu", "ip link set eth0 mtu 1280")
def an_interface_with_a_small_mtu(case):
    words = ["-n", case.mesh.network.namespace(SUBMITS), "link", "set", "eth0", "mtu"]
    ip(*words, "1200")
    yield {}
    ip(*words, "1500")


def skew(case, seconds):
    """A library that shifts the clock of a process."""
    source, library = case.dir / "skew.c", case.dir / "skew.so"
    source.write_text(SKEW_C)
    subprocess.run(["gcc", "-shared", "-fPIC", "-O1", f"-DSKEW={seconds}", "-o", library, source], check=True)
    return {"LD_PRELOAD": str(library)}


@mistake("clock-skew", "set both by NTP (timedatectl set-ntp true)")
def the_clock_of_a_peer_is_ahead(case):
    case.mesh[EXECUTES].restart(environment=skew(case, SKEWED_SECONDS))
    case.mesh.await_complete()
    yield {}
    case.mesh[EXECUTES].restart()
    case.mesh.await_complete()


@mistake("clock-past", "set the clock (timedatectl set-ntp true)")
def the_clock_of_this_machine_is_in_the_past(case):
    yield skew(case, -400 * 24 * 3600)


# The mesh


@contextlib.contextmanager
def spare_node(case, *options, key=None, name="spare", join=True, data=None):
    """A node on the third machine, in the mesh unless it has another key; its value are the arguments for a doctor there."""
    directory = case.dir / name
    directory.mkdir(mode=0o700, exist_ok=True)
    place = directory / "mesh.key"
    if not place.exists():
        place.write_bytes((key or case.mesh[SUBMITS].key).read_bytes())
        place.chmod(0o600)
    listen = [] if "--listen" in options else ["--listen", f"{case.mesh.network.address(SPARE)}:7420"]
    words = [*WITH_PARENT, *case.mesh.network.prefix(SPARE), case.floe_path, "node", "--name", name, *listen, "--data-dir", data or directory / "data", "--socket",
             directory / "socket", "--mesh-key", place, "--config", "/dev/null", *(["--join", case.mesh[SUBMITS].address] if join else []), *options]
    with open(directory / "log", "ab") as log:
        process = subprocess.Popen([str(word) for word in words], env=case.mesh.node_environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, cwd="/")
    try:
        eventually(lambda: b"ready " in (directory / "log").read_bytes() or process.poll() is not None, "the node is not ready")
        assert process.poll() is None, (directory / "log").read_text(errors="replace")
        yield {"socket": directory / "socket", "host": SPARE, "FLOE_MESH_KEY": place, "FLOE_DATA_DIR": data or directory / "data"}
    finally:
        process.terminate()
        process.wait()


def spare_is_gone(case):
    eventually(lambda: len(case.mesh.listing()["nodes"]) == 2, "the node of the spare machine is still listed")


def other_key(case, name="another"):
    key = case.dir / f"{name}.key"
    case.floe("mesh", "create", name, "--mesh-key", key).check()
    return key


@mistake("no-mesh", "run: floe mesh create, or: floe mesh join INVITATION")
def a_machine_that_has_joined_no_mesh(case):
    yield {"socket": case.dir / "nowhere", "FLOE_MESH_KEY": case.dir / "none"}


@mistake("mesh-key", "close it: chmod 600")
def a_key_that_others_can_read(case):
    key = other_key(case)
    key.chmod(0o644)
    yield {"FLOE_MESH_KEY": key}


@mistake("mesh-key", "is damaged (")
def a_key_that_was_cut_off(case):
    key = other_key(case)
    key.write_bytes(key.read_bytes()[:40])
    yield {"FLOE_MESH_KEY": key}


@mistake("key-changed", "restart it, or start it with the same --mesh-key")
def a_join_of_another_mesh_while_the_node_runs(case):
    yield {"FLOE_MESH_KEY": other_key(case)}


@mistake("key-changed", "was started before this machine joined its mesh, or with another --mesh-key; restart it")
def a_join_while_the_node_runs(case):
    case.before = case.mesh.network.prefix(SPARE)
    node = case.start_node("--no-multicast", "--no-execute")
    yield {"socket": node.socket, "host": SPARE}
    node.end()


@mistake("expelled", "floe mesh join --force INVITATION here, and restart this node")
def a_member_that_was_expelled(case):
    key = case.dir / "expelled" / "mesh.key"
    key.parent.mkdir(mode=0o700)

    def join(*words):
        invitation = case.mesh.run("mesh", "invite").check().lines[-1]
        case.before = case.mesh.network.prefix(SPARE)
        case.floe("mesh", "join", *words, invitation, "--mesh-key", key, FLOE_DATA_DIR=key.parent / "data").check()

    join()
    with spare_node(case, name="expelled") as ask:
        eventually(lambda: len(case.mesh.listing()["nodes"]) == 3, "the node is not in the mesh")
        case.mesh.run("mesh", "expel", "expelled").check()
        yield ask
    join("--force")
    with spare_node(case, name="expelled") as ask:
        eventually(lambda: len(case.mesh.listing()["nodes"]) == 3, "the node has not come back by the remedy")
        assert "expelled" not in [topic for topic, _ in findings(case, **ask)]
    spare_is_gone(case)


@mistake("alone", "Is another node running there")
def a_seed_at_which_nobody_listens(case):
    with spare_node(case, "--join", f"{case.mesh.network.address(SUBMITS)}:9", "--no-multicast", join=False, key=other_key(case)) as ask:
        yield ask


@mistake("alone", "A node with another mesh key answers")
def a_node_with_the_key_of_another_mesh(case):
    with spare_node(case, "--no-multicast", key=other_key(case)) as ask:
        yield ask


@mistake("two-meshes", "choose one, and run floe mesh join with an invitation of it on the machines of the other")
def two_meshes_on_one_lan(case):
    with spare_node(case, join=False, key=other_key(case)):
        yield {}
    # A node remembers for ten minutes who has searched.
    case.mesh[SUBMITS].restart()
    case.mesh.await_complete()


@mistake("same-name", "start one with another --name")
def two_hosts_of_one_name(case):
    with spare_node(case, name="node2"):
        yield {}
    spare_is_gone(case)


@mistake("same-id", "remove node-id there")
def a_data_directory_that_was_copied(case):
    data = case.dir / "data"
    data.mkdir(mode=0o700)
    (data / "node-id").write_bytes((case.mesh[EXECUTES].data / "node-id").read_bytes())
    with spare_node(case, data=data, name="twin") as ask:
        yield ask
    case.mesh[EXECUTES].restart()
    case.mesh.await_complete()


@mistake("peer-name", "correct --join, or join again with what floe mesh invite prints on a member")
def a_seed_whose_name_has_no_address(case):
    with spare_node(case, "--join", "nowhere.invalid:7420", "--no-multicast", join=False) as ask:
        yield ask


@mistake("own-address", "if --listen names it, give another or none, and restart this node")
def a_chosen_address_that_is_gone(case):
    network = case.mesh.network
    address = ["address", "add", f"{network.address(SPARE)}/24", "dev", "eth0"]
    with spare_node(case) as ask:
        ip("-n", network.namespace(SPARE), "address", "del", f"{network.address(SPARE)}/24", "dev", "eth0")
        try:
            yield ask
        finally:
            ip("-n", network.namespace(SPARE), *address)
            network.connect(SPARE)
    spare_is_gone(case)


@mistake("no-free-slots", "floe resume")
def all_other_nodes_pause(case):
    case.mesh.run("pause", node=EXECUTES).check()
    yield {}
    case.mesh.run("resume", node=EXECUTES).check()


@mistake("no-free-slots", "floe setup --share")
def nobody_shares_slots(case):
    case.mesh[EXECUTES].options = ["--no-execute"]
    case.mesh[EXECUTES].restart()
    yield {}
    case.mesh[EXECUTES].options = []
    case.mesh[EXECUTES].restart()
    case.mesh.await_complete()


# The node


@mistake("no-node", "start one with: floe node")
def no_node_runs(case):
    yield {"socket": None}


@mistake("no-node", "the one that listened there has ended")
def a_node_that_was_killed(case):
    node = case.start_node("--no-multicast", "--no-execute")
    node.process.kill()
    node.wait()
    yield {"socket": node.socket}


@mistake("no-node", "continue it (kill -CONT)")
def a_node_that_is_frozen(case):
    node = case.start_node("--no-multicast", "--no-execute")
    node.signal(signal.SIGSTOP)
    yield {"socket": node.socket}
    node.signal(signal.SIGCONT)


@mistake("runtime-directory", "log in as this user (not by su), or unset it")
def a_runtime_directory_that_does_not_exist(case):
    yield {"socket": None, "XDG_RUNTIME_DIR": case.dir / "nowhere"}


@contextlib.contextmanager
def listening(path, owner, mode):
    """A socket of another user, which answers nothing."""
    with sockets.socket(sockets.AF_UNIX) as socket:
        socket.bind(str(path))
        socket.listen()
        os.chown(path, owner, owner)
        path.chmod(mode)
        yield {"socket": path}


def as_stranger(case):
    """Words that make a command run as an ordinary user, who may enter the directory of the case."""
    case.dir.chmod(0o755)
    return ["setpriv", f"--reuid={STRANGER + 1}", f"--regid={STRANGER + 1}", "--clear-groups", "--"]


@mistake("socket-owner", "start a node of your own: floe node, or a system node with --socket /run/floe/node.sock")
def a_node_of_another_user(case):
    with listening(case.dir / "their.sock", STRANGER, 0o777) as ask:
        yield ask


@mistake("socket-owner", "a system node opens its socket to all if it is below /run/floe")
def a_socket_of_root_that_is_closed_to_users(case):
    with listening(case.dir / "closed.sock", 0, 0o700) as ask:
        yield {**ask, "before": as_stranger(case)}


@mistake("socket-owner", "usermod -aG floe USER")
def a_user_who_is_not_in_the_group_of_the_system_node(case):
    directory = case.dir / "system"
    directory.mkdir(mode=0o750)
    with listening(directory / "node.sock", 0, 0o777) as ask:
        yield {**ask, "before": as_stranger(case)}


HOLD_PORT = "import socket, sys; s = socket.create_server(('0.0.0.0', 7079)); print('held', flush=True); sys.stdin.read()"


@mistake("port-taken", "start the node with --listen ADDRESS:PORT")
def a_program_at_the_port_of_the_node(case):
    words = [*WITH_PARENT, *case.mesh.network.prefix(SUBMITS), "python3", "-c", HOLD_PORT]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        yield {"socket": None}
        holder.stdin.close()


# The machine


def mounted(script):
    """Words that run a command behind a script in a mount namespace of its own."""
    return ["unshare", "--mount", "--propagation", "private", "sh", "-ec", f'{script}\nexec "$@"', "sh"]


@mistake("container-socket", "mount its directory into it and set FLOE_SOCKET")
def a_container_without_the_socket(case):
    yield {"socket": None, "before": mounted("mount -t tmpfs floe-test /run; touch /run/.containerenv")}


@mistake("disk-space", "free some, or choose another --data-dir")
def a_disk_that_is_nearly_full(case):
    data = case.dir / "small"
    data.mkdir()
    yield {"before": mounted(f"mount -t tmpfs -o size=64m floe-test {shlex.quote(str(data))}"), "FLOE_DATA_DIR": data}


@mistake("disk-space", "is not writable; choose another --data-dir")
def a_data_directory_that_is_read_only(case):
    data = case.dir / "closed"
    data.mkdir()
    yield {"before": mounted(f"mount -t tmpfs -o ro floe-test {shlex.quote(str(data))}"), "FLOE_DATA_DIR": data}


@mistake("user-namespaces", "sysctl -w user.max_user_namespaces=15000")
def user_namespaces_are_forbidden(case):
    # The limit is of the user namespace in which it is set.
    words = ["unshare", "--user", "--map-root-user", "sh", "-ec", 'echo 0 >/proc/sys/user/max_user_namespaces; exec "$@"', "sh"]
    yield {"before": words}


@mistake("no-wrapper", "run scripts/install PREFIX and start Floe from there")
def an_installation_without_the_wrapper(case):
    wrapper = shlex.quote(case.cc)
    # A directory without it takes the place of the one of the programs.
    programs = case.dir / "programs"
    programs.mkdir()
    script = f'cp -a {shlex.quote(case.floe_path)} {shlex.quote(str(programs))}; mount --bind {shlex.quote(str(programs))} "$(dirname {wrapper})"'
    yield {"before": mounted(script)}


# Compilers and PATH


@mistake("no-compiler", "install one (apt-get install gcc g++)")
def a_machine_without_a_compiler(case):
    programs = case.dir / "programs"
    programs.mkdir()
    for name in ("sh", "cat", "dirname", "readlink", "id", "nsenter", "env"):
        (programs / name).symlink_to(machine.output_of("which", name))
    yield {"PATH": programs}


@mistake("compiler", "call the compiler behind it")
def a_compiler_that_is_a_script(case):
    directory = script_named(case, "gcc", '#!/bin/sh\nexec /usr/bin/gcc "$@"\n')
    yield {"PATH": f"{case.links}:{directory}:{case.compilers}"}


def script_named(case, name, text):
    directory = case.dir / "programs"
    directory.mkdir()
    (directory / name).write_text(text)
    (directory / name).chmod(0o755)
    return directory


@mistake("path-without-links", "PATH=")
def the_links_are_not_in_path(case):
    yield {"PATH": case.compilers}


@mistake("path-links-twice", "leave one of them in PATH")
def the_links_are_in_path_twice(case):
    yield {"PATH": f"{case.links}:{case.links}:{case.compilers}"}


@mistake("path-links-behind", "put them first: PATH=")
def the_links_come_behind_the_compilers(case):
    yield {"PATH": f"{case.compilers}:{case.links}"}


def ccache(case):
    """A directory of links to ccache."""
    directory = script_named(case, "ccache", "#!/bin/sh\n")
    (directory / "gcc").symlink_to("ccache")
    return directory


@mistake("ccache-order", "take Floe's links out of PATH and set CCACHE_PREFIX=")
def ccache_behind_floe(case):
    yield {"PATH": f"{case.links}:{ccache(case)}:{case.compilers}"}


@mistake("ccache-order", "does not call Floe; set CCACHE_PREFIX=")
def ccache_that_does_not_call_floe(case):
    yield {"PATH": f"{ccache(case)}:{case.compilers}"}


@mistake("ccache-prefix", "so ccache fails; set it to ")
def a_prefix_of_ccache_that_leads_nowhere(case):
    yield {"CCACHE_PREFIX": "nowhere-cc"}


# Builds

MAKEFILE = "all: {objects}\n%.o: %.c\n\t$(CC) -c $< -o $@\n"


def make(case, *words, **environment):
    objects = [f"part{number}.o" for number in range(MINIMUM_OF_A_BUILD)]
    for name in objects:
        case.write(name.replace(".o", ".c"), f"int {name[:-2]};\n")
        case.path(name).unlink(missing_ok=True)
    case.write("Makefile", MAKEFILE.format(objects=" ".join(objects)))
    case.mark()
    case.run(["make", *words, f"CC={case.cc} gcc"], FLOE_SOCKET=case.mesh[SUBMITS].socket, FLOE_JAVA_OPTS=None, **environment).check()
    case.await_records(MINIMUM_OF_A_BUILD)


@mistake("nothing-remote", "floe explain -- COMMAND says more about one")
def a_build_that_names_a_node_that_does_not_exist(case):
    make(case, "-j8", FLOE_NODE="nobody", FLOE_MODE="auto")
    yield {}
    make(case, "-j8")


@mistake("serial-build", "use floe run -- make, or make -j")
def make_without_j(case):
    make(case)
    yield {}
    make(case, "-j8")


# The cases


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_doctor_names(place, mistake):
    with mistake.plant(place) as ask:
        said = []
        eventually(lambda: names(said.append(findings(place, **ask)) or said[-1], mistake), lambda: f"not named: {said[-1]}")
    eventually(lambda: not names(said.append(findings(place)) or said[-1], mistake), lambda: f"still named: {said[-1]}")


def test_nothing_is_found_on_a_machine_that_is_well(place):
    allowed = {"emulators"}

    def wrong():
        return [(topic, text) for topic, text in findings(place) if topic not in allowed]

    eventually(lambda: not wrong(), wrong)


def test_each_topic_is_planted():
    """A new finding of doctor needs a mistake in the table, or a reason why there is none."""
    enum = (PROJECT / "mesh-node/program/src/main/java/dev/floe/node/report/findings/DoctorTopic.java").read_text()
    body = re.sub("//.*", "", enum[enum.index("DoctorTopic {"):enum.index(";", enum.index("DoctorTopic {"))])
    topics = {word.lower().replace("_", "-") for word in re.findall("[A-Z_]+", body.partition("{")[2])}
    planted = {mistake.topic for mistake in MISTAKES}
    assert planted <= topics, planted - topics
    assert topics - planted == set(ELSEWHERE), topics - planted ^ set(ELSEWHERE)
