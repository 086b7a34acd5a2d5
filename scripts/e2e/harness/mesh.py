"""Meshes of several nodes on this machine. Node 1 submits and executes nothing, the others execute, unless a mesh says otherwise."""

import os
import random
import signal
import socket
import subprocess

from harness import commands, machine

READY_SECONDS = 120
FIRST_PORT, LAST_PORT, SHARES = 20_000, 32_000, 5
# So that nodes end with the run, however that ends.
WITH_PARENT = ["setpriv", "--pdeathsig", "TERM", "--"]
PORT = 7420
# The file systems of machines that build tick at least every 10 ms; nodes need not wait the two seconds that others take.
SETTLING_MILLIS = 200


def is_free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def ports():
    """Those that this process may take: runs of root and of others, and workers of one run, have different ones."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    share = 1 + int(worker.removeprefix("gw")) % (SHARES - 1) if worker.startswith("gw") else 0
    size = (LAST_PORT - FIRST_PORT) // (2 * SHARES)
    first = FIRST_PORT + size * (2 * share + (os.geteuid() == 0))
    return range(first, first + size)


def free_ports(count):
    """The first of a row of ports on the loopback that nobody uses."""
    mine = ports()
    for _ in range(100):
        base = random.SystemRandom().randrange(mine.start, mine.stop - count)
        if all(is_free(port) for port in range(base, base + count)):
            return base
    raise AssertionError("no free ports on the loopback")


class Node:
    """A node of a mesh: a directory, a process, and how to start it."""

    def __init__(self, mesh, number):
        self.mesh, self.number, self.name = mesh, number, f"node{number}"
        self.dir = mesh.dir / str(number)
        self.socket = self.dir / "socket"
        self.process = None
        self.options = []

    @property
    def address(self):
        return self.mesh.address(self.number)

    @property
    def install(self):
        """The installed Floe that it runs."""
        return self.mesh.installs.get(self.number, self.mesh.install)

    @property
    def port(self):
        return int(self.address.rpartition(":")[2])

    @property
    def pid(self):
        return self.process.pid

    @property
    def data(self):
        return self.dir / "data"

    @property
    def job_log(self):
        return self.dir / "jobs.jsonl"

    @property
    def key(self):
        return self.dir / "mesh.key"

    def log(self):
        return (self.dir / "err").read_text(errors="replace") if (self.dir / "err").exists() else ""

    def command(self):
        mesh = self.mesh
        others = [mesh.address(number) for number in mesh.nodes if number != self.number][:mesh.known_addresses]
        words = [self.install / "bin/floe", "node", "--name", self.name, "--listen", self.address, "--data-dir", self.data, "--socket", self.socket,
                 "--mesh-key", self.key, "--job-log", self.job_log, "--slots", mesh.slots_of.get(self.number, mesh.slots), "--config", "/dev/null"]
        words += ["--join", ",".join(others)] if others else []
        words += ["--no-execute"] if self.number in mesh.submitters else []
        # On the loopback the machine's own LAN is not to be searched.
        words += ["--no-multicast"] if mesh.network is None else []
        # Those of the mesh are of the installed Floe under test; another may not know them.
        words += mesh.node_options if self.install == mesh.install else []
        return [str(word) for word in [*words, *self.options]]

    def launch(self, *prefix, environment=None):
        """Starts it behind the words of `prefix`, and does not wait."""
        self.dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        words = [*self.mesh.prefix(self.number), *map(str, prefix), *self.command()]
        with open(self.dir / "out", "wb") as out, open(self.dir / "err", "ab") as err:
            self.process = subprocess.Popen([*WITH_PARENT, *words], env={**self.mesh.node_environment, **(environment or {})}, stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=err, cwd="/")
        self.mesh.note(words)

    def is_alive(self):
        return self.process is not None and self.process.poll() is None

    def is_ready(self):
        assert self.is_alive(), f"{self.name} ended before it was ready: {self.log()[-2000:]}"
        return b"ready" in (self.dir / "out").read_bytes()

    def await_ready(self):
        machine.eventually(self.is_ready, lambda: f"{self.name} is not ready: {self.log()[-2000:]}", READY_SECONDS)

    def start(self, *prefix, environment=None):
        """Starts it and waits until it serves its socket."""
        self.launch(*prefix, environment=environment)
        self.await_ready()

    def signal(self, number):
        self.process.send_signal(number)

    def freeze(self):
        self.signal(signal.SIGSTOP)

    def thaw(self):
        if self.is_alive():
            self.signal(signal.SIGCONT)

    def kill(self):
        """At once and for good."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        """Asks it to end, and insists after a while."""
        if not self.is_alive():
            return
        self.thaw()
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    def restart(self, *prefix, environment=None):
        self.stop()
        self.start(*prefix, environment=environment)

    def replace(self, install):
        """Goes on with another installed Floe."""
        self.stop()
        self.mesh.installs[self.number] = install
        self.start()


class Mesh:
    """Nodes by their numbers, from 1 on."""

    def __init__(self, prefix, directory, count, slots=2, submitters=(1,), slots_of=None, environment=None, network=None, settling_millis=SETTLING_MILLIS,
                 node_options=(), second_copies=True):
        self.floe, self.cc = prefix / "bin/floe", prefix / "bin/floe-cc"
        # Nodes by their numbers that run another installed Floe.
        self.install, self.installs, self.node_options = prefix, {}, list(node_options)
        self.dir, self.slots, self.submitters, self.slots_of = directory, slots, set(submitters), slots_of or {}
        self.network, self.prefixes = network, {}
        # How many addresses of others a node is told; all without a number.
        self.known_addresses = None
        self.environment = {**commands.base_environment(), **(environment or {})}
        self.node_environment = dict(self.environment)
        options = [] if settling_millis is None else [f"-Dfloe.settlingMillis={settling_millis}"]
        options += [] if second_copies else ["-Dfloe.secondCopies=false"]
        if options:
            self.node_environment["FLOE_JAVA_OPTS"] = " ".join([*options, self.environment.get("FLOE_JAVA_OPTS", "")]).strip()
        self.base_port = free_ports(2 * count + 4) if network is None else None
        self.nodes = {number: Node(self, number) for number in range(1, count + 1)}
        self.lines = []

    def __getitem__(self, number):
        return self.nodes[number]

    def note(self, words):
        self.lines.append(f"{commands.shown(words)} &")

    def address(self, number):
        if self.network is not None:
            return f"{self.network.address(number)}:{PORT}"
        return f"127.0.0.1:{self.base_port + 2 * number}"

    def prefix(self, number):
        """The words that make a command run where a node runs."""
        words = [] if self.network is None else self.network.prefix(number)
        return [*words, *map(str, self.prefixes.get(number, []))]

    def run(self, *words, node=1, environment=None):
        """A command of floe that asks a node."""
        return commands.run([str(self.floe), *map(str, words)], "/",
                            {**self.environment, "FLOE_SOCKET": str(self[node].socket), **(environment or {})})

    def create_keys(self):
        """Gives all nodes the key of a new mesh."""
        for node in self.nodes.values():
            node.dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.token = self.run("mesh", "create", "throw-away", "--mesh-key", self[1].key, "--seed", self[1].address).check().lines[-1]
        for node in list(self.nodes.values())[1:]:
            node.key.write_bytes(self[1].key.read_bytes())
            node.key.chmod(0o600)

    def start(self):
        """Returns when every node sees all others."""
        self.create_keys()
        for node in self.nodes.values():
            node.launch()
        for node in self.nodes.values():
            node.await_ready()
        self.await_complete()
        return self

    def create_toolchains(self, *compilers):
        for compiler in compilers:
            self.run("toolchain", "create", compiler).check()

    def listing(self, node=1):
        return self.run("nodes", "--json", node=node).check().json()

    def missing(self, node):
        """Why a node does not see a complete mesh, or nothing."""
        result = self.run("nodes", "--json", node=node)
        if result.code != 0:
            return result.error_text
        seen = result.json()["nodes"]
        executing = [peer for peer in seen if peer.get("executes")]
        if len(seen) < len(self.nodes):
            return f"{len(seen)} of {len(self.nodes)} nodes are seen"
        if len(executing) < len(self.nodes) - len(self.submitters):
            return "; ".join(f"{peer['name']} does not execute: {peer.get('why')}" for peer in seen if not peer.get("executes"))
        return None

    def await_complete(self):
        """Until every node lists all of them, and all but the submitters offer slots."""
        for number in self.nodes:
            machine.eventually(lambda: not self.missing(number), lambda: f"node{number} sees no complete mesh: {self.missing(number)}", READY_SECONDS)

    def is_idle(self):
        return not any(node["busy"] + node["queued"] for node in self.listing()["nodes"])

    def heal(self):
        """Starts what a case has left dead or frozen."""
        dead = [node for node in self.nodes.values() if not node.is_alive()]
        for node in self.nodes.values():
            node.thaw()
        for node in dead:
            node.start()
        if dead:
            self.await_complete()

    def stop(self):
        for node in self.nodes.values():
            if node.is_alive():
                node.thaw()
                node.process.terminate()
        for node in self.nodes.values():
            node.stop()

    def log_tail(self, count=12):
        return "\n".join(f"--- {node.name} ({node.dir}/err)\n" + "\n".join(node.log().splitlines()[-count:]) for node in self.nodes.values())


def wait_for_end(pid):
    """Until a process that is no child is gone."""
    machine.eventually(lambda: not os.path.exists(f"/proc/{pid}"), f"process {pid} does not end")
