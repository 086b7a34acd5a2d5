"""A case: a directory with a tree of sources, commands in it, and what must come of them."""

import contextlib
import itertools
import os
import pathlib
import re
import shutil
import signal

from harness import commands, jobs, machine, processes, trees
from harness.mesh import WITH_PARENT

SPINNING = """constexpr unsigned long spin(unsigned long seed)
{
    unsigned long x = seed;
    for (int i = 0; i < 1000; ++i)
        for (int j = 0; j < 100; ++j)
            x = x * 6364136223846793005UL + (x >> 7) + j;
    return x;
}
template <int N> struct constant { static constexpr unsigned long value = spin(N); };
unsigned long all[] = {
"""


class Case:
    """What a test function gets. `dir` is its directory, and `tree`, below it, where commands run."""

    def __init__(self, name, directory, work, install, mesh):
        self.name, self.dir, self.work, self.mesh = name, directory, work, mesh
        self.floe_path, self.cc = str(install / "bin/floe"), str(install / "bin/floe-cc")
        self.prefix = install
        self.tree = directory / "tree"
        self.tree.mkdir(parents=True)
        self.cleanup = contextlib.ExitStack()
        self.env = {**commands.base_environment(), "FLOE_CACHE": "off", "FLOE_MODE": "remote"}
        if mesh is not None:
            self.env["FLOE_SOCKET"] = str(mesh[1].socket)
            self.log = jobs.JobLog(mesh[1].job_log)
        self.record = commands.Record(self.env)
        # Words before each command, such as those that make it run in a namespace; {directory} in them is the command's.
        self.before = []
        self.plain = self.floe_result = None
        self.numbers = itertools.count(1)
        self.mark()

    # Files

    def path(self, name):
        return self.tree / os.fsdecode(name)

    def write(self, name, content, mode=None):
        """A file in the tree, with the directories above it; an absolute name leads elsewhere."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.record.add_file(path, content)
        if mode is not None:
            path.chmod(mode)
        return path

    def write_all(self, **files):
        """Files whose names have no dots in a keyword: `a_c` is a.c, `a_h` is a.h."""
        for name, content in files.items():
            self.write(name.replace("_", "."), content)

    def slow_source(self, seconds=1):
        """The name of a C++ source of this case alone, which takes about so many seconds of CPU and has no headers."""
        name = f"{self.name.rpartition('/')[2]}_{os.getpid()}_{next(self.numbers)}.cpp"
        self.write(name, SPINNING + "".join(f"    constant<{i}>::value,\n" for i in range(round(4 * seconds))) + "};\n")
        return name

    # Commands

    def environment(self, changes):
        """The case's, with changes; None removes a variable."""
        merged = {**self.env, **{name: str(value) if isinstance(value, os.PathLike) else value for name, value in changes.items()}}
        return {name: value for name, value in merged.items() if value is not None}

    def prepare(self, command, cwd, environment):
        """Words, directory and variables of a command; PWD is the directory, as in a shell."""
        directory = cwd or self.tree
        before = [word.replace("{directory}", str(directory)) for word in self.before]
        return [*before, *commands.split(command)], directory, self.environment({"PWD": str(directory), **environment})

    def run(self, command, cwd=None, umask=-1, stdin=None, **environment):
        """Runs words, or a text that is split into words, in the tree; the keywords are variables."""
        argv, directory, variables = self.prepare(command, cwd, environment)
        self.record.add(argv, directory, variables, umask=umask)
        return commands.run(argv, directory, variables, umask=umask, stdin=stdin)

    def shell(self, script, **options):
        """Runs a script of bash; in it $FLOE, $FLOE_CC and $CASE are known."""
        return self.run(["bash", "-c", script], **{"FLOE": self.floe_path, "FLOE_CC": self.cc, "CASE": self.dir, **options})

    def floe(self, *words, **options):
        """The command line; a single text is split."""
        words = commands.split(words[0]) if len(words) == 1 and isinstance(words[0], str) else commands.split(words)
        return self.run([self.floe_path, *words], **options)

    def compile(self, command, **options):
        """A command behind floe-cc."""
        return self.run([self.cc, *commands.split(command)], **options)

    def start(self, command, cwd=None, **environment):
        """Starts a command in the background; it is killed when the case ends."""
        argv, directory, variables = self.prepare(command, cwd, environment)
        self.record.add(argv, directory, variables, background=True)
        running = commands.Running(argv, directory, variables, self.dir / f"started{next(self.numbers)}")
        self.cleanup.callback(running.end)
        return running

    def start_compile(self, command, **options):
        return self.start([self.cc, *commands.split(command)], **options)

    def start_node(self, *options, name="lonely", directory="node", key="none", **environment):
        """A node of this case alone, in no mesh unless its key says so; returns when it serves its socket."""
        place = self.dir / directory
        place.mkdir(mode=0o700, exist_ok=True)
        words = [*WITH_PARENT, self.floe_path, "node", *(["--name", name] if name else []), "--data-dir", place / "data", "--socket", place / "socket", "--mesh-key", place / key]
        words += list(options) if "--config" in options else [*options, "--config", "/dev/null"]
        node = self.start([str(word) for word in words], cwd=self.dir, **{"FLOE_SOCKET": None, "FLOE_CACHE": None, **environment})
        node.socket, node.dir = place / "socket", place
        machine.eventually(lambda: b"ready" in node.out or not node.runs(), "the node is not ready")
        assert node.runs(), f"the node has ended: {node.error_text}"
        return node

    # Comparison with the plain compiler

    def plainly(self, command, **options):
        """Runs it without Floe in a copy of the tree that stands at the same path; leaves that as plain.tree, and the tree as it was."""
        before, kept = self.dir / "before", self.dir / "plain.tree"
        trees.remove(before)
        trees.remove(kept)
        trees.copy(self.tree, before)
        self.record.note(f"cp -a {self.tree} {before}")
        self.plain = self.run(command, **{**options, "FLOE_MODE": "off"})
        self.tree.rename(kept)
        before.rename(self.tree)
        self.record.note(f"mv {self.tree} {kept}; mv {before} {self.tree}")
        return self.plain

    def through(self, command, **options):
        """Runs what must come to the same, after a mark."""
        self.mark()
        self.floe_result = self.run(command, **options)
        return self.floe_result

    def expect_like_plain(self, other=None):
        """Exit code, outputs and files are those of the plain command."""
        plain, other = self.plain, other or self.floe_result
        assert other.code == plain.code, f"exit code {other.code}, plainly {plain.code}: {other.error_text[:600]}"
        assert other.err == plain.err
        assert other.out == plain.out
        difference = trees.difference(self.dir / "plain.tree", self.tree)
        assert difference is None, difference

    def same(self, command, **options):
        """A compile: the same comes of it plainly and behind floe-cc."""
        words = commands.split(command)
        self.plainly(words, **options)
        self.through([self.cc, *words], **options)
        self.expect_like_plain()
        return self.floe_result

    def same_script(self, script, **options):
        """The same for a script of bash, in which $WRAPPER stands before the compiler."""
        self.plainly(["bash", "-c", script], WRAPPER="", CASE=self.dir, **options)
        self.through(["bash", "-c", script], WRAPPER=self.cc, CASE=self.dir, **options)
        self.expect_like_plain()
        return self.floe_result

    # Job records

    def mark(self):
        """What counts from here on are jobs that start later."""
        self.since = jobs.now()

    def records(self, log=None):
        """Of jobs since the mark in this case's directory, or outside of all cases. A node writes a record after its wrapper has ended."""
        def counts(record):
            directory = record["directory"]
            return jobs.started(record) >= self.since and (jobs.is_below(directory, self.dir) or not jobs.is_below(directory, self.work))

        return [record for record in (log or self.log).read() if counts(record)]

    def await_records(self, count=1):
        machine.eventually(lambda: len(self.records()) >= count, lambda: f"{len(self.records())} records of jobs instead of {count}")
        return self.records()

    def await_record(self, matches, why="no record of such a job"):
        """A record for which `matches` is true."""
        return machine.eventually(lambda: next(filter(matches, self.records()), None), lambda: f"{why}: {self.records()}")

    def expect_remote(self, count=1):
        """So many commands since the mark, all remote."""
        records = self.await_records(count)
        for record in records:
            assert record["decision"] == "remote", f"not remote but {record['decision']}: {record.get('reason')}"
        assert len(records) == count
        return records

    def expect_local(self, pattern):
        """The last command was compiled by the node's own machine, for a reason that matches."""
        record = self.await_records()[-1]
        assert record["decision"] == "local"
        assert re.search(pattern, record["reason"]), f"local for another reason: {record['reason']}"

    # Compiles that stand still

    def start_frozen(self, **environment):
        """Begins a compile and returns when its compiler stands still in a sandbox; its source is in `slow`, the command in `slow_job`."""
        self.slow = self.slow_source()
        command = ["g++", "-g", "-c", self.slow, "-o", "slow.o"]
        self.plainly(command)
        self.mark()
        self.slow_job = self.start_compile(command, **environment)
        self.freeze(self.slow)

    def freeze(self, source):
        """Stops the compiler of a source once a sandbox runs it, so that the compile lasts as long as a case needs and costs nothing."""
        stopped = machine.eventually(lambda: processes.stop_compiler(source), lambda: f"the compile runs in no sandbox: {self.records()}")
        self.cleanup.callback(resume, stopped)

    def await_no_sandbox(self, source, why="an executor goes on with a job that nobody waits for"):
        machine.eventually(lambda: not processes.sandboxed(source), why)

    def executor_of(self, source):
        """The node below which a sandbox compiles a source."""
        pids = processes.sandboxed(source)
        return next((node for node in self.mesh.nodes.values() if any(processes.is_below(pid, node.pid) for pid in pids)), None)

    def await_idle(self):
        machine.eventually(self.mesh.is_idle, lambda: f"a slot does not become free: {self.mesh.run('nodes').text}")


def resume(pid):
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGCONT)


def find(program):
    return pathlib.Path(shutil.which(program))
