"""A disk of which every write and every flush is recorded, and what a power cut would have left of it."""

import bisect
import dataclasses
import pathlib
import struct
import subprocess

from harness import machine

SOURCE = pathlib.Path(__file__).resolve().parent / "recording-disk.c"
RECORD = struct.Struct("=QQQQ")
WRITTEN, FLUSHED = 1, 2
# All tables at once, so that the kernel does not write them meanwhile.
MAKE = ["mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0"]


def run(*words):
    return subprocess.run([str(word) for word in words], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def build(directory):
    program = directory / "recording-disk"
    run("gcc", "-O2", "-o", program, SOURCE)
    return program


def unmount(directory):
    machine.eventually(lambda: subprocess.run(["umount", directory], stderr=subprocess.DEVNULL, check=False).returncode == 0, f"{directory} is busy")


class Mounted:
    """A file as a disk with ext4 that is mounted."""

    def __init__(self, file, directory):
        self.file, self.directory = file, directory
        directory.mkdir(exist_ok=True)
        self.device = run("losetup", "--show", "-f", file)
        try:
            # Mounting replays the journal. A name that is not written down stays in the kernel's memory, as any write.
            run("mount", self.device, directory)
        except subprocess.CalledProcessError:
            run("losetup", "-d", self.device)
            raise

    def close(self):
        """A process in another mount namespace may still have it mounted; then the file must not be written before that has ended."""
        unmount(self.directory)
        run("losetup", "-d", self.device)
        machine.eventually(lambda: not run("losetup", "-j", self.file), f"{self.device} is still in use")


@dataclasses.dataclass(frozen=True)
class Cut:
    """A moment: what was flushed by then, and what was written after that."""

    when: int
    flushed: int
    end: int


class RecordingDisk:
    """Its bytes lie in `image`; `base` has those before the first record."""

    def __init__(self, program, directory, megabytes):
        self.program, self.image, self.base, self.log = program, directory / "disk.img", directory / "base.img", directory / "disk.log"
        self.outer, self.directory = directory / "fuse", directory / "disk"
        self.outer.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(megabytes << 20)
        run(*MAKE, self.image)
        run("cp", "--sparse=always", self.image, self.base)
        self.server = subprocess.Popen([program, "serve", self.outer, self.image, self.log], stdout=subprocess.PIPE)
        assert self.server.stdout.readline() == b"ready\n", "the recording disk does not start"
        self.mounted = Mounted(self.outer / "disk", self.directory)

    def close(self):
        if self.mounted is not None:
            self.mounted.close()
            unmount(self.outer)
            self.server.wait()
            self.mounted = None

    def records(self):
        """The moment, the kind and the position of each record, and then the position of the end."""
        with open(self.log, "rb") as log:
            while head := log.read(RECORD.size):
                kind, when, _, length = RECORD.unpack(head)
                yield when, kind, log.tell() - RECORD.size
                log.seek(length, 1)
            yield None, None, log.tell()

    def cuts(self, moments):
        """What was flushed and written at each of these moments, in nanoseconds since 1970."""
        records = list(self.records())
        times = [when for when, _, _ in records[:-1]]
        flushed, last = [], 0
        for _, kind, position in records:
            last = position if kind == FLUSHED else last
            flushed.append(last)
        found = []
        for moment in sorted(moments):
            place = bisect.bisect_right(times, moment)
            found.append(Cut(moment, flushed[place - 1] if place else 0, records[place][2]))
        return found

    def apply(self, image, begin, end, seed=0, percent=100):
        run(self.program, "apply", image, self.log, begin, end, seed, percent)


class CutDisks:
    """Images after one cut after the other; the cuts are in the order of time."""

    def __init__(self, disk, directory):
        self.disk, self.directory, self.durable, self.applied = disk, directory, directory / "durable.img", 0
        run("cp", "--sparse=always", disk.base, self.durable)

    def make(self, cut, seed, percent):
        """The image after a cut: what was flushed, and so many percent of the blocks that were written after it."""
        self.disk.apply(self.durable, self.applied, cut.flushed)
        self.applied = cut.flushed
        image = self.directory / f"cut{seed}.img"
        run("cp", "--sparse=always", self.durable, image)
        self.disk.apply(image, cut.flushed, cut.end, seed, percent)
        return image
