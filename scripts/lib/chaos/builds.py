"""Builds that go on while faults happen: each submitter compiles generated sources, and each object is compared with the plain compiler's."""

import dataclasses
import pathlib
import queue
import random
import subprocess
import threading
import time

from chaos.faults import kill

FUNCTIONS = 60
SHARED_PERCENT = 25
# A build repeats a command whose wrapper was killed, as its user would.
MAX_RUNS = 5
WAIT_SECONDS = 0.02
# Compiled before the first job, because nodes are slow when all is new to them.
WARM_UP = 0


@dataclasses.dataclass
class Job:
    """One compile of a build: which unit, and what became of it."""

    number: int
    submitter: int
    unit: int
    mode: str
    started: float = 0
    ended: float = 0
    # What the plain compiler took right after it, or for the job before: how busy the machine is.
    plain: float = 0
    finished: float = 0
    kills: int = 0
    problem: str = ""
    compared: bool = False

    @property
    def seconds(self):
        return self.ended - self.started


def source(seed, unit, functions=FUNCTIONS):
    """A unit of about a quarter of a second of compiling, with so many functions; each is another."""
    one = random.Random(f"{seed}/{unit}")
    numbers = [one.randrange(3, 1 << 30) for _ in range(functions)]
    body = "".join(f"""int f{i}(const char *text, int n)
{{
    unsigned long sum = {number}u;
    for (int i = 0; i < n; ++i)
        sum = sum * {number % 1000 + 1}u + (unsigned char)text[i] + (sum >> {i % 20 + 1});
    return sum % {number % 97 + 2} ? printf("%lu{number}\\n", sum) : (int)strlen(text);
}}
""" for i, number in enumerate(numbers))
    return f'#include <stdio.h>\n#include <string.h>\n#include "common.h"\n{body}'


class Builds:
    """Two threads or more for each submitter, which take jobs from one list."""

    def __init__(self, chaos, count, seed, threads, functions=FUNCTIONS):
        self.chaos, self.seed, self.threads, self.functions = chaos, seed, threads, functions
        self.last_plain = 0
        source_of = random.Random(f"{seed}/jobs")
        self.jobs = []
        for number in range(1, count + 1):
            # Some units are compiled again, by the same or the other submitter, and come from the cache.
            unit = source_of.randrange(1, number) if number > 1 and source_of.randrange(100) < SHARED_PERCENT else number
            self.jobs.append(Job(number, source_of.choice(chaos.submitters), unit, source_of.choice(("remote", "remote", "auto"))))
        self.queues = {submitter: queue.SimpleQueue() for submitter in chaos.submitters}
        for job in self.jobs:
            self.queues[job.submitter].put(job)
        self.lock = threading.Lock()
        self.running, self.done, self.workers, self.stopped = {}, 0, [], False
        self.turns = {}
        # How many jobs may begin, so that each fault meets the jobs that its schedule has for it.
        self.limit, self.begun = 0, 0

    def directory(self, submitter):
        return self.chaos.work / f"build{submitter}"

    def prepare(self, submitter):
        directory = self.directory(submitter)
        (directory / "plain").mkdir(parents=True)
        (directory / "common.h").write_text("#define COMMON 1\n")
        for unit in sorted({WARM_UP, *(job.unit for job in self.jobs)}):
            (directory / f"u{unit}.c").write_text(source(self.seed, unit, self.functions))

    def start(self):
        for submitter in self.chaos.submitters:
            self.prepare(submitter)
            for number in range(1, 6):
                self.run(Job(0, submitter, WARM_UP, "remote" if number % 2 else "auto"))
        for submitter in self.chaos.submitters:
            for _ in range(self.threads):
                worker = threading.Thread(target=self.work, args=(submitter,), daemon=True)
                self.workers.append(worker)
                worker.start()

    def work(self, submitter):
        while not self.stopped:
            if not self.may_begin():
                time.sleep(WAIT_SECONDS)
                continue
            try:
                job = self.queues[submitter].get_nowait()
            except queue.Empty:
                with self.lock:
                    self.begun -= 1
                return
            try:
                self.run(job)
            except Exception as problem:  # noqa: BLE001  a job's failure is reported, and the others go on
                job.problem = f"{type(problem).__name__}: {problem}"
            job.finished = time.monotonic()
            with self.lock:
                self.done += 1

    def may_begin(self):
        with self.lock:
            allowed = self.begun < self.limit
            self.begun += allowed
        return allowed

    def is_done(self):
        return not any(worker.is_alive() for worker in self.workers)

    def kill_wrappers(self):
        with self.lock:
            for job, process in self.running.values():
                job.kills += 1
                kill(process)

    def command(self, job, output):
        # Debug information has the directory, so that half of the units are of use in one directory only.
        debug = ["-g"] if job.unit % 2 else []
        return ["gcc", "-O2", *debug, "-c", f"u{job.unit}.c", "-o", output]

    def run(self, job):
        # Units of one name have one command, so that the cache knows them again.
        with self.lock:
            turn = self.turns.setdefault((job.submitter, job.unit), threading.Lock())
        with turn:
            self.run_alone(job)

    def run_alone(self, job):
        directory, output = self.directory(job.submitter), f"u{job.unit}.o"
        environment = {**self.chaos.environment, "FLOE_SOCKET": str(self.chaos.mesh[job.submitter].socket), "FLOE_MODE": job.mode, "FLOE_CACHE": "both",
                       "PWD": str(directory), "FLOE_BUILD": f"j{job.number}"}
        job.started = time.monotonic()
        for _ in range(MAX_RUNS):
            kills = job.kills
            process = subprocess.Popen([str(self.chaos.mesh.cc), *self.command(job, output)], cwd=directory, env=environment, stdin=subprocess.DEVNULL,
                                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            with self.lock:
                self.running[job.number] = (job, process)
            text = process.communicate()[0].decode(errors="replace")
            with self.lock:
                del self.running[job.number]
            if process.returncode == 0 or job.kills == kills:
                break
        job.ended = time.monotonic()
        if process.returncode != 0 or text:
            job.problem = f"failed: exit code {process.returncode}: {text[:500]}"
        elif (directory / output).read_bytes() != self.plain_object(job):
            job.problem = "differs: the object is not the plain compiler's"
        else:
            (directory / output).unlink()
            job.compared = True

    def plain_object(self, job):
        directory = self.directory(job.submitter)
        path = directory / "plain" / f"u{job.unit}.o"
        if not path.exists():
            temporary = pathlib.Path(f"{path}.{job.number}")
            began = time.monotonic()
            subprocess.run(self.command(job, str(temporary)), cwd=directory, env={**self.chaos.environment, "PWD": str(directory)}, check=True)
            self.last_plain = time.monotonic() - began
            temporary.rename(path)
        job.plain = self.last_plain
        return path.read_bytes()
