"""Builds of two submitters, one of whose executors has its data on a disk that will lose its power."""

import dataclasses
import datetime
import os
import pathlib
import random
import re
import subprocess
import threading
import time

from harness.jobs import JobLog
from harness.mesh import Mesh, Node

SUBMITTERS, VICTIM, OTHER = (1, 2), 3, 4
NODES = 4
STORE_MEGABYTES = 64
THREADS = 2
REPEATED_PERCENT = 25
EVENT_SECONDS = 12
POLL_SECONDS = 0.1
# A power cut comes a second later at the earliest.
PROMISED_NANOS = 10**9
DIGEST_BYTES = 32
RESULT = re.compile(r"[0-9a-f]{64}")


def sync(path):
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


class NodeOnDisk(Node):
    """A node with all its files on one disk, but for what it prints."""

    def __init__(self, mesh, number, disk):
        super().__init__(mesh, number)
        self.disk = disk
        self.options = ["--store-size", STORE_MEGABYTES]

    @property
    def data(self):
        return self.disk / "data"

    @property
    def job_log(self):
        return self.disk / "jobs.jsonl"

    @property
    def key(self):
        return self.disk / "mesh.key"

    def files(self):
        """Those that must not be lost, once they are written."""
        return [self.key, *(self.data / name for name in ("node-id", "node.key", "membership"))]


@dataclasses.dataclass
class Result:
    """A result of the victim: when it was written, right before it was announced, and when it, or bytes of it, were seen to be gone."""

    written: int
    contents: bytes
    # The names, in the store, of the bytes that belong to it.
    names: tuple
    removed: int = 0

    def is_same(self, contents):
        """Whether it is this result. Two executors that made it at the same time differ in what they say of the job, and the later one stays."""
        return contents == self.contents or bool(self.names) and all(bytes.fromhex(name[:2 * DIGEST_BYTES]) in contents for name in self.names)


@dataclasses.dataclass
class Unit:
    number: int
    began: int
    ended: int
    decision: str


def source(seed, unit):
    """A function, and up to half a megabyte of data that no other unit has."""
    one = random.Random(f"{seed}/{unit}")
    size, value = one.choice((100, 3_000, 40_000, 200_000, 500_000)), one.randrange(1, 1 << 31)
    return f'#include "common.h"\nconst unsigned data{unit}[] = {{[0 ... {size // 4}] = {value}}};\nint f{unit}(int n)\n{{\n    return n * {value % 9973} + COMMON;\n}}\n'


class Builds:
    """Compiles all the time, and does now and then what nodes and their users do."""

    def __init__(self, prefix, work, disk, seed, say):
        self.work, self.seed, self.say = work, seed, say
        self.mesh = Mesh(prefix, work / "mesh", NODES, submitters=SUBMITTERS, slots_of={OTHER: 1})
        self.victim = self.mesh.nodes[VICTIM] = NodeOnDisk(self.mesh, VICTIM, disk)
        self.lock, self.units, self.problems, self.files, self.results = threading.Lock(), [], [], [], {}
        self.turns = {}
        self.stopped, self.next_unit = False, 0
        self.random = random.Random(f"{seed}/builds")

    def directory(self, submitter):
        return self.work / f"build{submitter}"

    def start(self):
        for directory in (*map(self.directory, (*SUBMITTERS, VICTIM)), self.work / "plain"):
            directory.mkdir()
            (directory / "common.h").write_text("#define COMMON 1\n")
        self.mesh.create_keys()
        for path in (self.victim.key, self.victim.key.parent):
            sync(path)  # Floe has not written it
        for node in self.mesh.nodes.values():
            node.launch()
        for node in self.mesh.nodes.values():
            node.await_ready()
        self.mesh.await_complete()
        for number in (*SUBMITTERS, VICTIM):
            self.mesh.run("toolchain", "create", "gcc", node=number).check()

    def run(self, seconds):
        self.began = time.time_ns()
        threads = [threading.Thread(target=self.work_for, args=(submitter,), daemon=True) for submitter in SUBMITTERS for _ in range(THREADS)]
        threads += [threading.Thread(target=self.cause_events, daemon=True), threading.Thread(target=self.watch, daemon=True)]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        self.stopped = True
        for thread in threads:
            thread.join()
        self.ended = time.time_ns()

    def close(self):
        self.mesh.stop()

    def work_for(self, submitter):
        while not self.stopped:
            with self.lock:
                old = self.next_unit > 1 and self.random.randrange(100) < REPEATED_PERCENT
                unit = self.random.randrange(max(1, self.next_unit - 40), self.next_unit) if old else self.next_unit
                self.next_unit += not old
            self.compile(submitter, unit)

    def command(self, unit, output):
        return ["gcc", "-O1", "-c", f"u{unit}.c", "-o", output]

    def write_source(self, directory, unit):
        path = directory / f"u{unit}.c"
        if not path.exists():
            temporary = path.with_suffix(f".{threading.get_ident()}")
            temporary.write_text(source(self.seed, unit))
            temporary.rename(path)

    def compile(self, submitter, unit, mode="remote", mesh=None):
        """Compares the object with the plain compiler's. A unit has one command, so that the cache knows it again."""
        with self.lock:
            turn = self.turns.setdefault((submitter, unit), threading.Lock())
        with turn:
            self.compile_alone(mesh or self.mesh, submitter, unit, mode)

    def compile_alone(self, mesh, submitter, unit, mode):
        node, directory = mesh[submitter], self.directory(submitter)
        self.write_source(directory, unit)
        output = f"u{unit}.o"
        environment = {**mesh.environment, "FLOE_SOCKET": str(node.socket), "FLOE_MODE": mode, "FLOE_CACHE": "both", "PWD": str(directory)}
        began = time.time_ns()
        done = subprocess.run([str(mesh.cc), *self.command(unit, output)], cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False)
        with self.lock:
            self.units.append(Unit(unit, began, time.time_ns(), mode))
        if done.returncode != 0 or done.stdout:
            self.problems.append(f"unit {unit} of node{submitter}: exit code {done.returncode}: {done.stdout[:300]}")
        elif (directory / output).read_bytes() != self.plain_object(unit):
            self.problems.append(f"unit {unit} of node{submitter}: the object is not the plain compiler's")
        (directory / output).unlink(missing_ok=True)

    def plain_object(self, unit):
        directory = self.work / "plain"
        path = directory / f"u{unit}.o"
        if not path.exists():
            self.write_source(directory, unit)
            temporary = f"u{unit}.{threading.get_ident()}.o"
            subprocess.run(self.command(unit, temporary), cwd=directory, env={**self.mesh.environment, "PWD": str(directory)}, check=True)
            os.rename(directory / temporary, path)
        return path.read_bytes()

    # What else happens

    def cause_events(self):
        events = [self.remove_toolchains, self.rotate, self.restart, self.compile_as_victim]
        for number in range(1 << 30):
            end = time.monotonic() + EVENT_SECONDS
            while time.monotonic() < end:
                if self.stopped:
                    return
                time.sleep(POLL_SECONDS)
            event = events[number % len(events)]
            self.say(f"  {event.__name__.replace('_', ' ')}, after {len(self.units)} compiles")
            try:
                event()
            except (AssertionError, OSError) as problem:
                self.problems.append(f"{event.__name__}: {problem}")

    def remove_toolchains(self):
        """So that the victim unpacks them again."""
        for line in self.mesh.run("toolchain", "list", node=VICTIM).check().lines[1:]:
            if re.match(r"[0-9a-f]{12} ", line):
                self.mesh.run("toolchain", "remove", line.split()[0], node=VICTIM).check()

    def rotate(self):
        self.mesh.run("mesh", "rotate", node=1).check()

    def restart(self):
        self.victim.restart()

    def compile_as_victim(self):
        for _ in range(4):
            with self.lock:
                unit, self.next_unit = self.next_unit, self.next_unit + 1
            self.compile(VICTIM, unit, "auto")

    def watch(self):
        """Notes each state of the files that must not be lost, and all results."""
        while not self.stopped:
            now = tuple(path.read_bytes() if path.exists() else None for path in self.victim.files())
            if not self.files or now != self.files[-1][1]:
                self.files.append((time.time_ns(), now))
            self.watch_results()
            time.sleep(POLL_SECONDS)

    def watch_results(self):
        # The bytes of a result are there before it, so they are looked for after it.
        present = {path.name: path for path in (self.victim.data / "actions").glob("??/*") if RESULT.fullmatch(path.name)}
        stored = {bytes.fromhex(path.name[:2 * DIGEST_BYTES]): path.name for path in (self.victim.data / "store").glob("??/*")}
        held = set(stored.values())
        for key, path in present.items():
            if key not in self.results:
                try:
                    contents = path.read_bytes()
                    named = (contents[at:at + DIGEST_BYTES] for at in range(DIGEST_BYTES, len(contents)))
                    names = tuple(stored[digest] for digest in named if digest in stored)
                    self.results[key] = Result(path.stat().st_mtime_ns, contents, names)
                except FileNotFoundError:
                    pass
        for key, result in self.results.items():
            if not result.removed and (key not in present or not held.issuperset(result.names)):
                result.removed = time.time_ns()

    # What the victim has promised

    def kept(self, moment):
        """When each result that the victim has at a moment was written, in this order."""
        held = [(result.written, key) for key, result in self.results.items() if result.written <= moment and (result.removed or moment) >= moment]
        return [(key, written) for written, key in sorted(held)]

    def made_by_victim(self, moment):
        """The units that the victim has compiled for others until a moment, in this order."""
        made = {}
        for submitter in SUBMITTERS:
            for record in JobLog(self.mesh[submitter].job_log, 0).read():
                if record["decision"] == "remote" and record["node"] == self.victim.name:
                    ended = datetime.datetime.fromisoformat(record["started"]).timestamp() + record["totalMillis"] / 1000
                    if ended * 10**9 <= moment:
                        made[int(pathlib.Path(record["source"]).stem[1:])] = ended
        return sorted(made, key=made.get)

    def lost_files(self, victim, moment):
        """Of the files of a victim that has lost its power at a moment, those that are older than they were a second before."""
        promised = [index for index, (when, _) in enumerate(self.files) if when + PROMISED_NANOS <= moment]
        states = [contents for _, contents in self.files[promised[-1] if promised else 0:]]
        problems = []
        for place, path in enumerate(victim.files()):
            now = path.read_bytes() if path.exists() else None
            if promised and now not in [state[place] for state in states]:
                problems.append(f"{path.name} is neither what it was a second before the cut, nor newer")
        return problems

