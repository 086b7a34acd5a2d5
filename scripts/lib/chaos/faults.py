"""The faults: each hits a node, or a link, and is healed later. Needs root, and a mesh whose nodes are in network namespaces."""

import contextlib
import os
import random
import shutil
import signal
import subprocess

SLOW_RATE = "1mbit"
# A corrupted store loses this many of its files.
CORRUPTED_FILES = 20
SCARCE_BYTES = 450 << 20
MEMORY_GROUPS = "/sys/fs/cgroup/memory"
TAKES_OFF_THE_LISTS = "takes its node off the lists"
SHOWS_ONE_SIDED = "is shown by one of the two"


class Fault:
    """A fault at a node. `own` says that the node submits, so that its wrappers go on without it, and without records."""

    candidates, own, promises = "executors", False, None

    def __init__(self, chaos, step):
        self.chaos, self.step, self.mesh = chaos, step, chaos.mesh
        choice = getattr(chaos, self.candidates)
        self.node = self.mesh[choice[int(step.draw * len(choice))]]
        self.random = random.Random(step.draw)

    def __str__(self):
        return f"{self.step.kind} {self.node.name} for {self.step.seconds} s"

    def inject(self):
        raise NotImplementedError

    def heal(self):
        pass


class Kill(Fault):
    promises = TAKES_OFF_THE_LISTS

    def inject(self):
        self.node.kill()

    def heal(self):
        self.node.start()


class Freeze(Fault):
    def inject(self):
        self.node.freeze()

    def heal(self):
        self.node.thaw()


class Restart(Fault):
    def inject(self):
        self.node.restart()


class OwnKill(Kill):
    candidates, own = "submitters", True


class OwnFreeze(Freeze):
    candidates, own = "submitters", True


class OwnRestart(Restart):
    candidates, own = "submitters", True


class Cut(Fault):
    """A node whose cable is pulled out at the far end: it sees nothing of it."""

    def inject(self):
        self.mesh.network.unplug(self.node.number)

    def heal(self):
        self.mesh.network.plug(self.node.number)


class Links(Fault):
    """Frames are lost on the ways that it names, silently."""

    def ways(self):
        raise NotImplementedError

    def inject(self):
        for source, target in self.ways():
            self.mesh.network.lose(source, target)

    def heal(self):
        for source, target in self.ways():
            self.mesh.network.deliver(source, target)


class Pair(Links):
    """A submitter and an executor do not reach each other, and both reach all others."""

    promises = SHOWS_ONE_SIDED

    def __init__(self, chaos, step):
        super().__init__(chaos, step)
        self.submitter = self.mesh[self.random.choice(chaos.submitters)]
        self.way = self.random.randrange(2)

    def ways(self):
        one, other = self.submitter.number, self.node.number
        return [(one, other), (other, one)]

    def __str__(self):
        return f"{self.step.kind} {self.submitter.name} and {self.node.name} for {self.step.seconds} s"


class OneWay(Pair):
    """Only what the one sends to the other is lost; the seed says which is which."""

    def ways(self):
        return [super().ways()[self.way]]


class Partition(Links):
    """Two parts, each with a submitter and at least one executor."""

    def parts(self):
        executors = list(self.chaos.executors)
        executors.remove(self.node.number)
        return [self.chaos.submitters[0], self.node.number], [*self.chaos.submitters[1:], *executors]

    def ways(self):
        one, other = self.parts()
        return [way for a in one for b in other for way in ((a, b), (b, a))]


class Slow(Fault):
    def inject(self):
        self.mesh.network.slow_down(self.node.number, SLOW_RATE)

    def heal(self):
        self.mesh.network.speed_up(self.node.number)


class Disk(Fault):
    """The small file system of a node's data is full."""

    def filler(self):
        return self.node.data / "filler"

    def inject(self):
        with open(self.filler(), "wb") as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(1 << 20))
                file.flush()
        with open(self.filler(), "ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(512))

    def heal(self):
        self.filler().unlink(missing_ok=True)


class Corrupt(Fault):
    """Bytes of files in the store change, as on a failing disk."""

    def inject(self):
        files = sorted(path for path in (self.node.data / "store").rglob("*") if path.is_file() and not path.is_symlink())
        for path in self.random.sample(files, min(CORRUPTED_FILES, len(files))):
            with contextlib.suppress(OSError):
                text = bytearray(path.read_bytes())
                if text:
                    text[self.random.randrange(len(text))] ^= 0x55
                    path.chmod(0o644)
                    path.write_bytes(text)


class Wrappers(Fault):
    """All wrappers that run are killed; their builds repeat the commands."""

    own = True

    def inject(self):
        self.chaos.builds.kill_wrappers()


class Join(Fault):
    """A node comes, and leaves when the fault is healed."""

    def __init__(self, chaos, step):
        super().__init__(chaos, step)
        self.node = self.mesh.nodes.get(chaos.guest) or chaos.make_node(chaos.guest)

    def inject(self):
        self.node.launch()

    def heal(self):
        self.node.stop()


class Clock(Fault):
    """A node's clock jumps by some hours, and back. Only where libfaketime is."""

    def inject(self):
        self.chaos.set_clock(self.node.number, self.random.choice(("+3h", "-3h", "+40d", "-40d")))

    def heal(self):
        self.chaos.set_clock(self.node.number, "+0")


class Memory(Fault):
    """The machine of a node has hardly more memory than the node itself."""

    def group(self):
        return f"{MEMORY_GROUPS}/floe-chaos-{os.getpid()}-{self.node.number}"

    def inject(self):
        os.makedirs(self.group(), exist_ok=True)
        with open(f"{self.group()}/memory.limit_in_bytes", "w", encoding="ascii") as limit:
            limit.write(str(SCARCE_BYTES))
        self.move(self.group())

    def heal(self):
        self.move(MEMORY_GROUPS)
        with contextlib.suppress(OSError):
            os.rmdir(self.group())
        if not self.node.is_alive():
            self.node.start()

    def move(self, group):
        with contextlib.suppress(OSError), open(f"{group}/cgroup.procs", "w", encoding="ascii") as processes:
            processes.write(str(self.node.pid))


KINDS = {"kill": Kill, "freeze": Freeze, "restart": Restart, "cut": Cut, "pair": Pair, "one-way": OneWay, "partition": Partition, "slow": Slow, "disk": Disk,
         "corrupt": Corrupt, "own-kill": OwnKill, "own-freeze": OwnFreeze, "own-restart": OwnRestart, "wrappers": Wrappers, "join": Join, "clock": Clock,
         "memory": Memory}

ONLY_IF_NAMED = ("clock",)


def available():
    """The kinds that this machine can have."""
    missing = set()
    if not shutil.which("faketime"):
        missing.add("clock")
    if not os.access(f"{MEMORY_GROUPS}/cgroup.procs", os.W_OK):
        missing.add("memory")
    return [kind for kind in KINDS if kind not in missing]


def kill(process):
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGKILL)


def mount_small(directory, megabytes):
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "floe-chaos", directory], check=True)


def unmount(directory):
    subprocess.run(["umount", "--lazy", directory], check=False, capture_output=True)
