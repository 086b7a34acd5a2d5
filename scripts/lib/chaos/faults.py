"""The faults: each hits a node, or a link, and is healed later. Needs root, and a mesh whose nodes are in network namespaces."""

import contextlib
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import time

from harness import machine

REPOSITORY = pathlib.Path(__file__).resolve().parents[3]
SLOW_RATE = "1mbit"
# A corrupted store loses this many of its files.
CORRUPTED_FILES = 20
SCARCE_BYTES = 450 << 20
MEMORY_GROUPS = "/sys/fs/cgroup/memory"
TAKES_OFF_THE_LISTS = "takes its node off the lists"
# An expelled node tries to come back within this time, and one that was away knows the new key.
KNOCKING_SECONDS = 30
SHOWS_ONE_SIDED = "is shown by one of the two"


class Fault:
    """A fault at a node. `own` says that the node submits, so that its wrappers go on without it, and without records."""

    candidates, own, promises = "executors", False, None
    # When it hit, if that is not when its injection began.
    hit = None

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

    def problem(self):
        """What is wrong when the mesh is whole again, or nothing."""
        return None


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
        for size in (1 << 20, 512):
            # Without a buffer, and the error of the last write may come when the file is closed.
            with contextlib.suppress(OSError), open(self.filler(), "ab", buffering=0) as file:
                while True:
                    file.write(bytes(size))

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
    """A node comes by an invitation, and leaves when the fault is healed."""

    def __init__(self, chaos, step):
        super().__init__(chaos, step)
        self.node = chaos.guest_node()
        self.submitter = self.random.choice(chaos.submitters)

    def inject(self):
        self.chaos.invite(self.node, self.submitter)
        self.node.launch()

    def heal(self):
        self.node.stop()


class Expel(Join):
    """A node comes, is expelled while it executes, and tries to come back with all that it has."""

    promises = TAKES_OFF_THE_LISTS
    came_back, knocked = (), False

    def inject(self):
        super().inject()
        self.node.await_ready()
        machine.eventually(lambda: self.chaos.lists(self.submitter, self.node), f"{self.node.name} is not listed")
        self.hit = time.monotonic()
        self.mesh.run("mesh", "expel", self.node.name, node=self.submitter).check()

    def heal(self):
        before = self.refused()
        self.node.restart()
        with contextlib.suppress(AssertionError):
            machine.eventually(lambda: self.refused() > before, "", KNOCKING_SECONDS)
        self.came_back = [number for number in self.mesh.nodes if self.chaos.lists(number, self.node)]
        self.knocked = self.refused() > before
        self.node.stop()

    def refused(self):
        return sum(self.mesh.listing(number)["refused"] for number in self.mesh.nodes)

    def problem(self):
        if self.came_back:
            return f"{self.node.name} is expelled, and is listed by {self.came_back}"
        return None if self.knocked else f"{self.node.name} is expelled, and did not try to come back within {KNOCKING_SECONDS} s"


class Rotate(Fault):
    """The mesh gets a new key while an executor is away, which learns of it when it is back."""

    def __init__(self, chaos, step):
        super().__init__(chaos, step)
        self.submitter = self.random.choice(chaos.submitters)

    def inject(self):
        self.node.stop()
        self.mesh.run("mesh", "rotate", node=self.submitter).check()

    def heal(self):
        self.node.start()

    def problem(self):
        with contextlib.suppress(AssertionError):
            machine.eventually(lambda: len(self.keys()) == 1, "", KNOCKING_SECONDS)
        return None if len(self.keys()) == 1 else f"{len(self.keys())} keys of the mesh {KNOCKING_SECONDS} s after a rotation"

    def keys(self):
        """The last key that each node has said to have got."""
        return {(re.findall(r"mesh key rotated key=(\S+)", node.log()) or [""])[-1] for node in self.mesh.nodes.values()}


class Upgrade(Fault):
    """An executor goes back to the last release, and is upgraded again. Once the key has changed, it is replaced by itself: 0.1.0 gives a node no key
    of its own, so it cannot be in such a mesh."""

    def inject(self):
        rotated = any("mesh key rotated" in node.log() for node in self.mesh.nodes.values())
        self.node.replace(self.mesh.install if rotated else self.chaos.last_release)

    def heal(self):
        self.node.replace(self.mesh.install)

    def problem(self):
        del self.mesh.installs[self.node.number]


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
         "corrupt": Corrupt, "own-kill": OwnKill, "own-freeze": OwnFreeze, "own-restart": OwnRestart, "wrappers": Wrappers, "join": Join, "expel": Expel,
         "rotate": Rotate, "upgrade": Upgrade, "clock": Clock, "memory": Memory}

ONLY_IF_NAMED = ("clock",)


def last_release():
    """The installed last release, if it was built before: that takes minutes."""
    read = ". scripts/lib/common.sh; read -r _ commit < <(grep -v '^#' .config/last-release); echo \"$FLOE_DOWNLOADS/releases/$commit\""
    path = pathlib.Path(subprocess.run(["bash", "-ec", read], cwd=REPOSITORY, check=True, capture_output=True, text=True).stdout.strip())
    return path if (path / "lib/floe/installed").exists() else None


def available():
    """The kinds that this machine can have."""
    missing = set()
    if last_release() is None:
        missing.add("upgrade")
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
