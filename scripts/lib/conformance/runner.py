"""Runs a case plainly, through the wrapper locally and through the wrapper remotely, at one path, and compares."""

import json
import os
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, field

from snapshot import Outcome, Varying, differences, entries, tidy

HERE = os.path.dirname(os.path.abspath(__file__))
RECORD_SECONDS = 20  # in which the record of a command that has ended must be there, on a machine that is busy
PLAIN_RUNS = 6  # of the plain compiler, to learn where its output varies


class Records:
    """The job log of the submitter, shared out by the directory in which a command ran."""

    def __init__(self, path):
        self.path = path
        self.offset = os.path.getsize(path) if os.path.exists(path) else 0
        self.lock = threading.Lock()
        self.unclaimed = []

    def _read(self):
        if not os.path.exists(self.path):
            return
        with open(self.path, "rb") as file:
            file.seek(self.offset)
            text = file.read()
        whole = text[: text.rfind(b"\n") + 1]
        self.offset += len(whole)
        self.unclaimed += [json.loads(line) for line in whole.splitlines()]

    def take(self, directory, count):
        """The records of commands that ran below the directory, once there are so many or time is up."""
        deadline = time.monotonic() + RECORD_SECONDS
        taken = []
        while True:
            with self.lock:
                self._read()
                ours = [record for record in self.unclaimed if (record["directory"] + "/").startswith(directory + "/")]
                self.unclaimed = [record for record in self.unclaimed if record not in ours]
            taken += ours
            if len(taken) >= count or time.monotonic() > deadline:
                return sorted(taken, key=lambda record: record["started"])
            time.sleep(0.005)


@dataclass
class Verdict:
    """What is wrong with a case, and the records of its remote run."""

    case: object
    problems: list
    code: int = 0  # the plain compiler's
    records: list = field(default_factory=list)
    cached: list = field(default_factory=list)  # records of the run with the cache


def slug(reason):
    """A reason as the table writes it."""
    return "".join(letter if letter.isalnum() or letter in "_-+=/.," else "-" for letter in reason)


class Runner:
    """One worker: a directory in which one case at a time is run."""

    def __init__(self, directory, tree, records, variations, wrapper, socket, cached):
        self.directory = directory
        self.tree = os.path.join(directory, "tree")
        self.scratch = os.path.join(directory, "tmp")
        self.source = tree
        self.records = records
        self.variations = variations
        self.wrapper = wrapper
        self.socket = socket
        self.cached = cached
        os.makedirs(directory)

    def environment(self, case, mode):
        """A small environment that is the same everywhere but for the wrapper."""
        wrapper = self.wrapper if mode else ""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": self.directory,
            "TMPDIR": self.scratch,
            "LC_ALL": "C.UTF-8",
            "F": wrapper,
            "HELPERS": HERE,
            "BASH_ENV": os.path.join(HERE, "shell.sh"),
        }
        if case.compiler:
            cc, cxx = {"gcc": ("gcc", "g++"), "clang": ("clang", "clang++")}[case.compiler]
            environment |= {"CC": f"{wrapper} {cc}".strip(), "CXX": f"{wrapper} {cxx}".strip(), "COMPILER": cc}
        if mode:
            environment |= {"FLOE_MODE": mode, "FLOE_SOCKET": self.socket, "FLOE_CACHE": "write" if self.cached else "off"}
            if mode == "cached":
                environment |= {"FLOE_MODE": "remote", "FLOE_CACHE": "both"}
        return environment

    def words(self, case, mode):
        """What is run for a case."""
        return ["bash", "-c", case.command]

    def run(self, case, mode=""):
        """Runs it in a fresh copy of the tree; mode is empty for the plain compiler."""
        for path in (self.tree, self.scratch):
            if os.path.lexists(path):
                make_writable(path)
                shutil.rmtree(path)
        shutil.copytree(self.source, self.tree, symlinks=True)
        os.mkdir(self.scratch)
        outputs = [os.path.join(self.directory, name) for name in ("out", "err")]
        with open(outputs[0], "wb") as out, open(outputs[1], "wb") as err:
            done = subprocess.run(self.words(case, mode), cwd=self.tree, env=self.environment(case, mode),
                                  stdin=subprocess.DEVNULL, stdout=out, stderr=err, check=False)
        texts = []
        for path in outputs:
            with open(path, "rb") as file:
                texts.append(file.read())
        found = entries(self.tree) if os.path.isdir(self.tree) else {}
        found |= {"$TMPDIR" + tidy(f"/{path}".encode()).decode(): what for path, what in entries(self.scratch).items()}
        return Outcome(done.returncode, texts[0], texts[1], found)

    def varying(self, case, plain):
        """What of the case is listed as varying, and where it does: seen in plain runs before and after all others, as what counts the time only goes on."""
        files = [path for path, what in plain.entries.items() if what.kind == "file"]
        covered = [path for path in ["stdout", "stderr", *files] for known in self.variations if known.covers(case, path)]
        found, problems = {}, []
        if covered:
            runs = [plain] + [self.run(case) for _ in range(PLAIN_RUNS - 1)]
            for path in covered:
                found[path] = Varying([content(run, path) for run in runs if content(run, path) is not None])
                if not found[path].varies():
                    problems.append(f"{path} is listed as varying, and is the same in {PLAIN_RUNS} plain runs")
        return found, problems

    def check(self, case):
        """The verdict on a case."""
        plain = self.run(case)
        outcomes, records = {}, {}
        for mode in ("local", "remote", "cached") if self.cached else ("local", "remote"):
            outcomes[mode] = self.run(case, mode)
            records[mode] = self.records.take(self.directory, len(case.places))
        varying, problems = self.varying(case, plain)
        for mode, outcome in outcomes.items():
            problems += [f"{mode}: {difference}" for difference in differences(plain, outcome, varying)]
        places = {mode: [place(record) for record in taken] for mode, taken in records.items()}
        # A wrapper below one that has become the compiler is not heard of again, so there may be fewer.
        if bool(places["local"]) != bool(case.places) or "remote" in places["local"]:
            problems.append(f"local: runs as {','.join(places['local']) or 'none'}")
        if not fits(case.places, places["remote"]):
            problems.append(f"runs as {','.join(places['remote']) or 'none'}, expected {','.join(case.places) or 'none'}")
        return Verdict(case, problems, plain.code, records["remote"], records.get("cached", []))


def content(outcome, path):
    """The bytes of a file that a run has left, or of what it has printed."""
    if path in ("stdout", "stderr"):
        return tidy(outcome.out if path == "stdout" else outcome.err)
    return outcome.entries[path].content if path in outcome.entries else None


def place(record):
    """Where a command ran, as the table writes it."""
    return "remote" if record["decision"] == "remote" else "local:" + slug(record["reason"])


def fits(expected, places):
    """Whether each command ran where it should, for the reason that it should have."""
    return len(expected) == len(places) and all(
        got == want or (want.startswith("local:") and got.startswith("local:") and want[6:] in got[6:])
        for want, got in zip(expected, places))


def make_writable(root):
    """So that everything below can be removed."""
    for directory, subdirectories, _ in os.walk(root):
        for path in [directory] + [os.path.join(directory, name) for name in subdirectories]:
            if not os.path.islink(path):
                os.chmod(path, 0o700)
