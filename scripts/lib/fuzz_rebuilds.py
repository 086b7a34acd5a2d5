"""Edits a made-up project at random and rebuilds it, each time plainly and through Floe, and compares all that comes of it.

Each socket is a submitter's, with a checkout of its own at another path; now and then one builds in another's checkout. Ends with exit
code 1 at the first difference, and says at which step, with which command, and in what.
"""

import collections
import concurrent.futures
import json
import os
import random
import shutil
import subprocess
import time

import fuzz_rebuilds_project

PLACES = ("one/checkout", "two/in/a/place/with-a-longer-name/checkout", "3")

VARIABLES = (
    ("SOURCE_DATE_EPOCH", ("0", "1000000000", "1700000000")),
    ("CPATH", ("gen/part", "inc/part", "nowhere", "")),
    ("C_INCLUDE_PATH", ("lib/inc", "nowhere")),
    ("CCC_OVERRIDE_OPTIONS", ("# +-DH3=7", "# x-O1")),
    ("LANGUAGE", ("de",)),
    ("GCC_COLORS", ("", "warning=01;33")),
)


class Difference(Exception):
    pass


def options(source, number, root):
    """The command that compiles a source, one of several kinds, and its outputs."""
    compiler = "g++" if source.endswith(".cpp") else "gcc"
    stem = f"out/{os.path.basename(source)}.{number}"
    output = [f"{stem}.o", f"{stem}.d"]
    relative = [f"-I{directory}" for directory in fuzz_rebuilds_project.SEARCHED]
    absolute = [f"-I{root}/{directory}" for directory in fuzz_rebuilds_project.SEARCHED]
    kinds = (
        [compiler, "-O1", "-Wall", *relative, "-MD", "-MF", output[1], "-c", source, "-o", output[0]],
        [compiler, "-g", *relative, "-MMD", "-MP", "-MF", output[1], "-c", source, "-o", output[0]],
        [compiler, "-g", "-Wall", f"-ffile-prefix-map={root}=.", *absolute, "-MD", "-MP", "-MF", output[1], "-c", f"{root}/{source}", "-o", f"{root}/{output[0]}"],
        [compiler, "-O1", "-Btools/", *relative, "-MD", "-MF", output[1], "-c", source, "-o", output[0]],
        ["clang", "-O1", "-Wall", *relative, "-MD", "-MF", output[1], "-c", source, "-o", output[0]],
    )
    return kinds[number], output


class Rebuilds:
    def __init__(self, arguments):
        self.arguments = arguments
        self.random = random.Random(arguments.seed)
        self.project = fuzz_rebuilds_project.Project(self.random)
        self.roots = [os.path.join(arguments.work, place) for place in PLACES[: len(arguments.socket)]]
        self.pending = [[] for _ in self.roots]
        self.kinds = 5 if shutil.which("clang") else 4
        self.compiles = 0
        self.pool = concurrent.futures.ThreadPoolExecutor(arguments.jobs)
        for root in self.roots:
            os.makedirs(os.path.join(root, "out"))
            self.project.lay_out(root)

    def build(self, root, sources, prefix, environment):
        """What comes of each command: exit code, outputs, messages."""

        def run(command, outputs):
            done = subprocess.run(prefix + command, cwd=root, env=environment, stdin=subprocess.DEVNULL, capture_output=True)
            return done.returncode, done.stdout, done.stderr, [content(os.path.join(root, output)) for output in outputs]

        for name in os.listdir(os.path.join(root, "out")):
            os.unlink(os.path.join(root, "out", name))
        return list(self.pool.map(lambda source: run(*options(*source, root)), sources))

    def step(self, number):
        edits = []
        for _ in range(self.random.choice((0, 1, 1, 1, 2, 3))):
            name, do = self.project.edit()
            edits.append(name)
            for queue in self.pending:
                queue.append(do)
        submitter = self.random.randrange(len(self.roots))
        place = submitter if self.random.random() < 0.8 else self.random.randrange(len(self.roots))
        root = self.roots[place]
        for do in self.pending[place]:
            do(root)
        self.pending[place].clear()
        sources = self.project.sources()
        if self.random.random() < 0.8:
            sources = self.random.sample(sources, min(len(sources), self.random.randrange(1, 5)))
        kind = self.random.randrange(self.kinds)
        sources = [(source, kind if self.random.random() < 0.8 else self.random.randrange(self.kinds)) for source in sources]
        own = self.environment()
        through = {**os.environ, **own, "FLOE_SOCKET": self.arguments.socket[submitter], "FLOE_MODE": "remote"}
        plainly = {**os.environ, **own, "FLOE_MODE": "off"}
        runs = [("floe", [self.arguments.floe_cc], through), ("plain", [], plainly)]
        if self.random.random() < 0.2:
            runs.reverse()
        results = {name: self.build(root, sources, prefix, environment) for name, prefix, environment in runs}
        self.compiles += len(sources)
        for source, floe, plain in zip(sources, results["floe"], results["plain"]):
            if floe != plain:
                parts = [part for part, one, two in zip(("exit code", "output", "messages", "files"), floe, plain) if one != two]
                command, outputs = options(*source, root)
                shown = "".join(f"\n  {name}: exit {result[0]}, {result[2].decode(errors='replace')[:400]!r}" for name, result in (("floe", floe), ("plain", plain)))
                for at, output in enumerate(outputs):
                    if floe[3][at] != plain[3][at]:
                        shown += f"\n  {output}: {len(floe[3][at] or b'')} bytes, plainly {len(plain[3][at] or b'')}"
                        with open(os.path.join(self.arguments.work, f"floe.{at}"), "wb") as file:
                            file.write(floe[3][at] or b"")
                raise Difference(
                    f"step {number}, seed {self.arguments.seed}: {', '.join(parts)} of submitter {submitter + 1} differ\n  in {root}\n"
                    f"  {' '.join(command)}\n  after: {'; '.join(edits) or 'no edit'}; with {own}{shown}"
                )

    def environment(self):
        """Variables that compilers ask for, some of them only now and then."""
        return {name: self.random.choice(values) for name, values in VARIABLES if self.random.random() < 0.05}

    def run(self):
        started = time.monotonic()
        for number in range(1, self.arguments.steps + 1):
            self.step(number)
            if number % 100 == 0:
                print(f"{number} steps, {self.compiles} compiles, {time.monotonic() - started:.0f} s; {self.summary()}", flush=True)
        print(f"{self.arguments.steps} steps, {self.compiles} compiles compared, none differs (seed {self.arguments.seed})")
        print(self.summary(True))

    def summary(self, reasons=False):
        records = []
        for log in self.arguments.job_log:
            with open(log, encoding="utf-8") as lines:
                records += [json.loads(line) for line in lines if line.endswith("\n")]
        hits = sum(record["decision"] == "cached" for record in records)
        text = f"{hits} of {len(records)} were hits ({100 * hits / max(1, len(records)):.1f} %)"
        if reasons:
            proofs = collections.Counter(record.get("proof") for record in records if record["decision"] != "local")
            text += "; " + ", ".join(f"{count} {proof or 'without proof'}" for proof, count in proofs.most_common())
            counts = collections.Counter(reason(record) for record in records)
            text += "".join(f"\n  {count:>7}  {why}" for why, count in counts.most_common())
        return text


def reason(record):
    """Why a compile was a hit or not, without names of files."""
    cache = record.get("cache") or "-"
    if cache.endswith(" changed"):
        cache = "miss: names in a directory changed" if "the names in" in cache else "miss: a file changed"
    if cache.startswith("hit: fetched"):
        cache = "hit: fetched"
    why = record.get("reason") or ""
    why = why.split(": /")[0].replace(record.get("node") or "\0", "a node")
    return cache if record["decision"] != "local" else f"{cache}; compiled here: {'a node' + why[5:] if why.startswith('node') else why}"


def content(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
