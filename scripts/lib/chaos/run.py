"""One run of scripts/chaos: a mesh in namespaces, builds on it, and one fault after the other."""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import time

from chaos import faults, history
from chaos.builds import Builds, Job
from harness import commands, jobs, machine
from harness.mesh import Mesh, Node
from harness.network import Network
from harness.toolchains import PARTS, PreparedToolchains

SUBMITTERS, EXECUTORS = (1, 2), (3, 4, 5)
NODES = len(SUBMITTERS) + len(EXECUTORS)
DATA_MEGABYTES = 512
POLL_SECONDS = 0.1
# A mesh that is not whole after this long is a failure, as is a promise that is not kept.
WHOLE_SECONDS = 60
PROMISE_SECONDS = 30
# Jobs that ended so shortly before an interrupt may have ended by it.
INTERRUPT_SECONDS = 2
FAKETIME = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1"


def all_records(node):
    """Those of all starts of a node."""
    log = jobs.JobLog(node.job_log)
    log.start = 0
    return log.read()


class Incident:
    """A fault that happened: when, and what it led to."""

    def __init__(self, fault):
        self.fault, self.kind = fault, fault.step.kind
        self.began = self.healed = self.whole = self.kept = None

    def overlaps(self, began, ended):
        return ended >= self.began and began <= (self.whole or time.monotonic())


class Chaos:
    """The mesh, the builds and what happened to them."""

    def __init__(self, work, prefix, chosen, steps, say=print):
        self.work, self.chosen, self.steps, self.say = work, chosen, steps, say
        self.submitters, self.executors, self.guest, self.observer = SUBMITTERS, EXECUTORS, NODES + 1, NODES + 2
        self.environment = {**commands.base_environment(), "HOME": str(work)}
        self.network = Network(NODES)
        self.mesh = Mesh(prefix, work / "mesh", NODES, submitters=SUBMITTERS, network=self.network, node_options=("--drain-timeout", "5"))
        self.mounted, self.incidents, self.problems, self.guests = [], [], [], None
        self.last_release = faults.last_release()
        self.builds = Builds(self, chosen.jobs, chosen.seed, chosen.threads, chosen.functions)

    # Nodes

    def prepare(self, node, prepared):
        """Its data, on a small file system of its own, with the toolchain of gcc."""
        node.dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        node.data.mkdir(mode=0o700)
        faults.mount_small(node.data, DATA_MEGABYTES)
        self.mounted.append(node.data)
        prepared.give_to(node)
        if "clock" in self.chosen.faults:
            self.set_clock(node.number, "+0")
            # With its repair of monotonic clocks a Java waits for ever.
            self.mesh.prefixes[node.number] = ["env", f"LD_PRELOAD={FAKETIME}", f"FAKETIME_TIMESTAMP_FILE={node.dir / 'clock'}",
                                               "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_FORCE_MONOTONIC_FIX=0", "FAKETIME_CACHE_DURATION=1"]

    def set_clock(self, number, offset):
        (self.mesh.dir / str(number) / "clock").write_text(f"{offset}\n")

    def make_node(self, number):
        """One more node, which is not among those that a whole mesh has."""
        node = Node(self.mesh, number)
        if not os.path.exists(f"/run/netns/{self.network.namespace(number)}"):
            self.network.add(number)
        if not node.data.exists():
            self.prepare(node, self.prepared)
            node.key.write_bytes(self.mesh[1].key.read_bytes())
            node.key.chmod(0o600)
        return node

    def guest_node(self):
        """The one that comes and goes; the same each time, because its data is."""
        if self.guests is None:
            self.guests = self.make_node(self.guest)
        return self.guests

    def invite(self, node, inviter):
        """Gives a node an invitation of the mesh, and takes away what it had of it."""
        for path in (node.key, node.data / "node.key", node.data / "membership"):
            path.unlink(missing_ok=True)
        invitation = self.mesh.run("mesh", "invite", node=inviter).check().lines[-1]
        words = [*self.mesh.prefix(node.number), self.mesh.floe, "mesh", "join", invitation, "--mesh-key", node.key, "--name", node.name]
        commands.run([str(word) for word in words], "/", self.environment).check()

    def start(self):
        self.prepared = Copied(self.mesh.install, self.work / "prepared")
        self.prepared.directory.mkdir()
        for node in self.mesh.nodes.values():
            self.prepare(node, self.prepared)
        self.mesh.start()

    def close(self):
        self.builds.stopped = True
        for incident in self.incidents:
            if incident.healed is None:
                incident.fault.heal()
        self.mesh.stop()
        self.network.close()
        for directory in self.mounted:
            faults.unmount(directory)

    # Faults

    def run(self):
        self.builds.start()
        for step in self.steps:
            self.builds.limit = step.after_jobs + self.chosen.every
            self.await_jobs(step.after_jobs)
            self.cause(step)
        self.builds.limit = len(self.builds.jobs) + len(self.builds.workers)
        while not self.builds.is_done():
            time.sleep(POLL_SECONDS)

    def interrupt(self):
        """Ends the builds, so that what happened until now can be checked. The signal may have ended nodes and compilers too."""
        self.builds.stopped = True
        now = time.monotonic()
        for incident in self.incidents:
            if incident.whole is None:
                incident.healed = incident.healed or time.monotonic()
                incident.whole = time.monotonic()
        for worker in self.builds.workers:
            worker.join()
        self.builds.jobs = [job for job in self.builds.jobs if 0 < job.finished < now - INTERRUPT_SECONDS]

    def await_jobs(self, count):
        while self.builds.done < count and not self.builds.is_done():
            time.sleep(POLL_SECONDS)

    def cause(self, step):
        fault = faults.KINDS[step.kind](self, step)
        incident = Incident(fault)
        incident.began = time.monotonic()
        self.incidents.append(incident)
        try:
            fault.inject()
        except AssertionError as problem:
            self.problems.append(f"fault {step.number}, {fault}: {problem}")
        hit = fault.hit or incident.began
        incident.kept = self.await_promise(fault, hit)
        time.sleep(max(0, hit + step.seconds - time.monotonic()))
        incident.healed = time.monotonic()
        try:
            fault.heal()
        except AssertionError as problem:
            self.problems.append(f"fault {step.number}, {fault}: not healed: {problem}")
        whole = self.await_whole()
        incident.whole, incident.done = time.monotonic(), self.builds.done
        shown = f"{incident.whole - incident.healed:.1f} s" if whole else "never"
        kept = "" if fault.promises is None else f"; {fault.promises} after " + (f"{incident.kept:.1f} s" if incident.kept is not None else "more than it lasted")
        self.say(f"{step.number:>4}  after {incident.done} jobs  {fault}{kept}; whole again after {shown}")
        if not whole:
            self.problems.append(f"fault {step.number}, {fault}: the mesh is not whole after {WHOLE_SECONDS} s: {self.why_not_whole()}")
        problem = fault.problem()
        if problem:
            self.problems.append(f"fault {step.number}, {fault}: {problem}")

    def await_promise(self, fault, began):
        """Seconds until the mesh shows the fault as it must, or nothing."""
        while fault.promises is not None and time.monotonic() - began < min(PROMISE_SECONDS, fault.step.seconds):
            if self.is_kept(fault):
                return time.monotonic() - began
            time.sleep(POLL_SECONDS)
        return None

    def is_kept(self, fault):
        if fault.promises == faults.TAKES_OFF_THE_LISTS:
            living = [number for number, node in self.mesh.nodes.items() if node is not fault.node]
            return not any(self.lists(number, fault.node) for number in living)
        pair = {fault.submitter, fault.node}
        return any(self.shows(node.number, (pair - {node}).pop()) for node in pair)

    def shows(self, number, other):
        """Whether a node says of another that it does not reach it, or has it no longer."""
        seen = {node["name"]: node for node in self.listing(number)}
        return bool(seen) and bool(seen.get(other.name, {}).get("unreachable", other.name not in seen))

    def listing(self, number):
        result = self.mesh.run("nodes", "--json", node=number)
        return result.json()["nodes"] if result.code == 0 else []

    def lists(self, number, node):
        return any(seen["name"] == node.name for seen in self.listing(number))

    def why_not_whole(self):
        return next((f"{self.mesh[number].name}: {why}" for number in self.mesh.nodes if (why := self.is_missing(number))), None)

    def is_missing(self, number):
        return self.mesh.missing(number) or next((f"does not reach {seen['name']}" for seen in self.listing(number) if seen.get("unreachable")), None)

    def await_whole(self):
        end = time.monotonic() + WHOLE_SECONDS
        while self.why_not_whole():
            if time.monotonic() > end:
                return False
            time.sleep(POLL_SECONDS)
        return True

    # What came of it

    def disturbed(self, began, ended):
        return any(incident.overlaps(began, ended) for incident in self.incidents)

    def own_disturbed(self, job):
        return job.kills > 0 or any(incident.fault.own and incident.overlaps(job.started, job.ended) for incident in self.incidents)

    def read_records(self):
        return history.by_job([record for number in self.submitters for record in all_records(self.mesh[number])])

    def check(self, interrupted=False):
        """What must not have happened, a line each."""
        done = [job for job in self.builds.jobs if job.ended]
        try:
            machine.eventually(lambda: not history.without_record(done, self.read_records(), self.own_disturbed), "", 10)
        except AssertionError:
            pass
        records = self.read_records()
        problems = [f"job {job.number} of {self.mesh[job.submitter].name}, unit {job.unit}: {job.problem}" for job in self.builds.jobs if job.problem]
        problems += [f"job {job.number}: never ran" for job in self.builds.jobs if not job.ended and not job.problem]
        problems += history.not_compared(self.builds.jobs) + history.under_wrong_keys(self.held_results())
        problems += history.without_record(done, records, self.own_disturbed) + history.repeated(done, records) + history.compiled_again(done, records)
        if interrupted:
            return [*self.problems, *problems]
        problems += [f"{node.name} has ended" for node in self.mesh.nodes.values() if not node.is_alive()]
        return [*self.problems, *problems, *self.lost_entries(history.announced(done, records, self.disturbed))]

    def held_results(self):
        """All that the nodes' caches hold, also of those that are gone by now."""
        for directory in self.mounted:
            for path in (directory / "actions").glob("??/*"):
                if history.RESULT.fullmatch(path.name):
                    try:
                        yield directory.parent.name, path.name, path.read_bytes()
                    except FileNotFoundError:
                        pass  # removed to make room

    def lost_entries(self, units):
        """Asks for all announced results from a node that has just joined and holds nothing."""
        node = self.make_node(self.observer)
        self.mesh.nodes[node.number] = node
        self.mesh.submitters.add(node.number)
        node.start()
        machine.eventually(lambda: not self.mesh.missing(node.number), "the observer does not join", WHOLE_SECONDS)
        self.builds.prepare(node.number)
        asked = [Job(number, node.number, unit, "remote") for number, unit in enumerate(units, len(self.builds.jobs) + 1)]
        for job in asked:
            self.builds.run(job)
        machine.eventually(lambda: sum(map(len, history.by_job(all_records(node)).values())) >= len(asked), "records are missing")
        found = history.by_job(all_records(node))
        self.say(f"announced results asked for by a new node: {len(asked)}")
        return [f"unit {job.unit}: its result is lost: {record['decision']}, {record.get('cache')}" for job in asked for record in found[job.number]
                if record["decision"] != "cached"]

    def baseline(self):
        """Seconds of a compile that no fault disturbed and that no cache had, of the plain one after it, and the jobs that no fault disturbed."""
        records = self.read_records()
        calm = [job for job in self.builds.jobs if job.ended and not self.disturbed(job.started, job.ended)]
        fresh = [job for job in calm if any(record["decision"] == "remote" for record in records[job.number])] or calm
        return statistics.median([job.seconds for job in fresh] or [0]), statistics.median([job.plain for job in fresh] or [0]), calm

    @staticmethod
    def lost(job, usual, usual_plain):
        """Seconds beyond the usual time, which is longer as long as the machine is slower for the plain compiler too."""
        return job.seconds - usual * max(1.0, job.plain / usual_plain if usual_plain else 1.0)

    def slowest(self):
        """For each kind the job that lost most, in words."""
        usual, usual_plain, _ = self.baseline()
        lines = []
        for kind in sorted({incident.kind for incident in self.incidents}):
            hit = [(self.lost(job, usual, usual_plain), job, incident) for incident in self.incidents if incident.kind == kind
                   for job in self.builds.jobs if job.ended and incident.overlaps(job.started, job.ended)]
            if hit:
                lost, job, incident = max(hit, key=lambda each: each[0])
                lines.append(f"{kind}: job {job.number} of {self.mesh[job.submitter].name}, {job.mode}, lost {lost:.1f} s, began "
                             f"{job.started - incident.began:+.1f} s after {incident.fault}")
        return lines

    def losses(self):
        """For each kind: the number of faults, of jobs meanwhile, and the seconds that each fault's slowest compile and the middle one lost."""
        usual, usual_plain, calm = self.baseline()
        rows = [("none", 0, len(calm), max((self.lost(job, usual, usual_plain) for job in calm), default=0), 0.0, None)]
        for kind in sorted({incident.kind for incident in self.incidents}):
            of_kind = [incident for incident in self.incidents if incident.kind == kind]
            hit = [[max(0.0, self.lost(job, usual, usual_plain)) for job in self.builds.jobs if job.ended and incident.overlaps(job.started, job.ended)]
                   for incident in of_kind]
            worst = [max(lost, default=0) for lost in hit]
            kept = [incident.kept for incident in of_kind if incident.kept is not None]
            rows.append((kind, len(of_kind), sum(map(len, hit)), max(worst), statistics.median(worst), {
                "whole": max((incident.whole or 0) - (incident.healed or 0) for incident in of_kind), "kept": max(kept) if kept else None}))
        return usual, rows

    def warnings(self):
        """Lines of WARN and above in the nodes' logs, by what they say."""
        text = "".join(node.log() for node in self.mesh.nodes.values())
        return [line for line in text.splitlines() if any(f" {level} " in line for level in ("WARN", "ERROR", "FATAL"))]


class Copied(PreparedToolchains):
    """Toolchains for nodes whose data lies on file systems of their own, so that the files are copies."""

    def give_to(self, node):
        if not self.made.exists():
            self.make()
        subprocess.run(["cp", "-a", *(self.made / name for name in PARTS), node.data], check=True)


def write_report(path, chaos, problems):
    usual, rows = chaos.losses()
    kinds = [dict(zip(("kind", "faults", "jobs", "longestSeconds", "medianOfLongestSeconds", "times"), row, strict=True)) for row in rows]
    pathlib.Path(path).write_text(json.dumps({"seed": chaos.chosen.seed, "usualSeconds": usual, "kinds": kinds, "problems": problems}, indent=1))


def keep_logs(chaos, directory):
    """Copies the nodes' logs and job records out of the directory that goes."""
    for node in chaos.mesh.nodes.values():
        for name in ("err", "jobs.jsonl"):
            if (node.dir / name).exists():
                os.makedirs(directory, exist_ok=True)
                shutil.copy(node.dir / name, pathlib.Path(directory) / f"{node.name}.{name}")
