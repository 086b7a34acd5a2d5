"""A build is as wide as the mesh: `floe run` and `floe capacity`. The compilers sleep, so that two cores are enough for all slots.

  FLOE_KILLS=N   processes killed in test_tokens_of_killed_processes (1000)
"""

import os
import pathlib
import pty
import re
import shutil
import signal
import sys
import threading

import pytest
from harness import processes
from harness.machine import POLL_SECONDS, eventually, need

pytestmark = pytest.mark.slow

LIB = pathlib.Path(__file__).resolve().parent.parent / "lib"
CORES = os.cpu_count()
SLOTS = 16  # of nodes 2 and 3
LOCAL = max(CORES, 2)
ONE_EXECUTOR = LOCAL + SLOTS * 5 // 4
TWO_EXECUTORS = LOCAL + 2 * SLOTS * 5 // 4


@pytest.fixture(scope="module")
def compiler(work):
    """A compiler that sleeps as long as its source says."""
    program = work / "sleeping/gcc"
    program.parent.mkdir()
    real = os.path.realpath(shutil.which("gcc"))
    os.spawnlp(os.P_WAIT, "gcc", "gcc", "-O2", "-static", f'-DREAL_COMPILER="{real}"', "-o", str(program), str(LIB / "sleeping-compiler.c"))
    return program


@pytest.fixture(scope="module")
def mesh(make_mesh, compiler):
    mesh = make_mesh("run", 3, slots=SLOTS, slots_of={1: 2}).start()
    mesh.create_toolchains(compiler)
    yield mesh
    mesh.stop()


@pytest.fixture
def case(case):
    """Its commands run in its directory."""
    case.tree = case.dir
    case.env["FLOE_MODE"] = "auto"
    return case


def write_build(case, compiler, count, millis, directory="."):
    """A makefile that compiles so many files of so many milliseconds each."""
    for number in range(count):
        case.write(f"{directory}/{number}.c", f"int sleep_millis_{millis}, number_{number};\n")
    case.write(f"{directory}/Makefile", f"all: $(patsubst %.c,%.o,$(wildcard *.c))\n%.o: %.c\n\t@{case.cc} {compiler} -c $< -o $@\n")


def objects(case):
    return len(list(case.dir.rglob("*.o")))


def capacity(case):
    return int(case.floe("capacity").text or -1)


def await_capacity(case, number):
    eventually(lambda: capacity(case) == number, lambda: f"the capacity is {capacity(case)}, not {number}")


class Samples:
    """How many compiles of each executor ran at most, and now."""

    def __init__(self, mesh):
        self.mesh, self.most, self.now = mesh, {2: 0, 3: 0}, {2: 0, 3: 0}
        self.end = threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        while not self.end.wait(2 * POLL_SECONDS):
            for number in self.most:
                node = self.mesh[number]
                self.now[number] = sum(processes.name_of(pid) == "gcc" for pid in processes.below(node.pid)) if node.is_alive() else 0
                self.most[number] = max(self.most[number], self.now[number])

    def stop(self):
        self.end.set()
        self.thread.join()

    def await_busy(self, number, least):
        eventually(lambda: self.now[number] >= least, lambda: f"{self.most[number]} slots of node{number} are used")


@pytest.fixture
def samples(case):
    samples = Samples(case.mesh)
    case.cleanup.callback(samples.stop)
    return samples


def start_build(case, *command):
    return case.start([case.floe_path, "run", *command])


def watch_capacity(case):
    """The numbers that floe capacity --watch prints."""
    watching = case.start([case.floe_path, "capacity", "--watch"])
    return lambda: [int(line) for line in watching.text.split()]


def expect_quiet(text):
    """make complains about a jobserver that is not its own."""
    assert "jobserver" not in text.lower()


def test_capacity(case):
    await_capacity(case, TWO_EXECUTORS)
    assert case.floe("capacity --json").check().json() == {"capacity": TWO_EXECUTORS, "local": LOCAL, "remote": 2 * SLOTS}
    alone = case.floe("capacity", FLOE_SOCKET=case.dir / "none").check()
    assert int(alone.text) == CORES and "no node answers" in alone.error_text
    assert case.floe("capacity --watch", FLOE_SOCKET=case.dir / "none").code != 0


def test_exit_codes_and_outputs(case):
    result = case.run([case.floe_path, "run", "-q", "--", "sh", "-c", "echo out; echo err >&2; exit 9"])
    assert (result.code, result.text) == (9, "out\n")
    assert [line for line in result.error_text.splitlines() if not re.match("floe: [0-9]", line)] == ["err"]
    case.write("Makefile", "all:\n\tfalse\n")
    assert case.floe("run -q -- make -s").code == 2
    assert "--max" in case.floe("run --help").check().text
    assert case.floe("run").code == 2


def test_a_build_uses_all_slots(case, compiler, samples):
    write_build(case, compiler, 120, 2000)
    build = start_build(case, "--", "make", "-s").wait().check()
    assert objects(case) == 120
    assert samples.most == {2: SLOTS, 3: SLOTS}
    expect_quiet(build.error_text)


def test_a_node_that_joins_is_used(case, compiler, samples):
    case.mesh[3].stop()
    await_capacity(case, ONE_EXECUTOR)
    write_build(case, compiler, 300, 4000)
    widths = watch_capacity(case)
    build = start_build(case, "--", "make", "-s")
    samples.await_busy(2, SLOTS)
    case.mesh[3].start()
    eventually(lambda: TWO_EXECUTORS in widths(), lambda: f"the widths are {widths()}")
    samples.await_busy(3, SLOTS * 9 // 10)
    build.signal(signal.SIGTERM)
    assert build.wait().code != 0


def test_a_node_that_is_killed_counts_no_more(case, compiler, samples):
    await_capacity(case, TWO_EXECUTORS)
    write_build(case, compiler, 160, 2000)
    widths = watch_capacity(case)
    build = start_build(case, "--", "make", "-s")
    samples.await_busy(3, SLOTS * 9 // 10)
    case.mesh[3].kill()
    eventually(lambda: ONE_EXECUTOR in widths(), lambda: f"the widths are {widths()}")
    build.wait().check()
    assert objects(case) == 160
    case.mesh[3].start()
    case.mesh.await_complete()


def test_the_submitter_s_node_is_killed(case, compiler, samples):
    await_capacity(case, TWO_EXECUTORS)
    write_build(case, compiler, 60, 1000)
    build = start_build(case, "--", "make", "-s")
    samples.await_busy(2, SLOTS // 2)
    case.mesh[1].kill()
    said = build.wait().check().error_text
    assert objects(case) == 60
    assert said.count("going on with") == 1, said
    case.mesh[1].start()
    case.mesh.await_complete()


def test_without_a_node(case, compiler):
    write_build(case, compiler, 6, 100)
    said = case.floe("run make -s", FLOE_SOCKET=case.dir / "none").check().error_text
    assert objects(case) == 6
    assert said.count("no node at") == 1, said


def test_nested_make(case, compiler):
    """Each level below make has the same tokens."""
    for number in range(1, 5):
        write_build(case, compiler, 10, 300, f"sub/{number}")
    case.write("Makefile", "all: $(addprefix dir-,1 2 3 4)\ndir-%:\n\t@$(MAKE) -s -C sub/$*\n")
    result = case.floe("run make -s").check()
    assert objects(case) == 40
    expect_quiet(result.error_text)


def test_a_command_that_is_not_make(case, compiler):
    write_build(case, compiler, 10, 100)
    case.write("build.sh", "#!/bin/sh\nset -e\nmake -s 1.o 2.o 3.o\nmake -s\n", mode=0o755)
    result = case.floe("run -q ./build.sh").check()
    assert objects(case) == 10
    expect_quiet(result.error_text)


@pytest.mark.needs("ninja")
def test_ninja_with_the_number(case, compiler):
    write_build(case, compiler, 12, 100)
    case.write("build.ninja", f"rule cc\n  command = {case.cc} {compiler} -c $in -o $out\n" + "".join(f"build {i}.o: cc {i}.c\n" for i in range(12)))
    case.run(f"ninja -j{capacity(case)}").check()
    assert objects(case) == 12


# A stand-in for rustc that notes how many of it run.
COUNTING = '#!/bin/sh\n: >"{0}/running/$$"\nls "{0}/running" | wc -l >>"{0}/counts"\n"$@"\ncode=$?\nrm "{0}/running/$$"\nexit $code\n'
PACKAGE = '[package]\nname = "{}"\nversion = "0.1.0"\nedition = "2021"\n'


def test_cargo(case):
    need("cargo")
    if case.run("cargo --version").code != 0:
        pytest.skip("cargo does not start")
    (case.dir / "running").mkdir()
    case.write("wrapper", COUNTING.format(case.dir), mode=0o755)
    case.write("src/main.rs", "fn main() {}\n")
    parts = [f"part{number}" for number in range(1, 7)]
    for part in parts:
        case.write(f"{part}/src/lib.rs", f"pub fn part() -> u32 {{ {part[4:]} }}\n")
        case.write(f"{part}/Cargo.toml", PACKAGE.format(part))
    case.write("Cargo.toml", PACKAGE.format("whole") + "[dependencies]\n" + "".join(f'{part} = {{ path = "{part}" }}\n' for part in parts))
    result = case.floe("run --max 2 --min 2 cargo build --offline --quiet", RUSTC_WRAPPER=case.dir / "wrapper", FLOE_SOCKET=case.dir / "none").check()
    assert os.access(case.dir / "target/debug/whole", os.X_OK)
    assert max(map(int, (case.dir / "counts").read_text().split())) <= 2
    expect_quiet(result.error_text)


def sleeping():
    """The commands of a build that sleep for a number of seconds that no other sleeps for."""
    return [pid for pid in processes.with_word(f"987{os.getpid()}") if processes.name_of(pid) == "sleep"]


def test_terminated(case):
    case.write("Makefile", f"all: a b c d\n%:\n\t@sleep 987{os.getpid()}\n")
    build = start_build(case, "-q", "make", "-s")
    eventually(lambda: sleeping(), "make does not start")
    build.signal(signal.SIGTERM)
    assert build.wait().code == 143
    eventually(lambda: not sleeping(), "a command of the build is left")


def on_terminal(case, *command):
    """Starts a command as a shell with job control would, on a terminal of its own: its id and the terminal."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(case.dir)
        os.execve(command[0], command, case.env)
    return process, terminal


def read_all(terminal):
    said = b""
    try:
        while piece := os.read(terminal, 1000):
            said += piece
    except OSError:
        pass  # the other side has gone
    return said


def test_interrupted_from_the_terminal(case):
    case.write("Makefile", f"all: a b c d\n%:\n\t@trap 'echo interrupted $* >>caught; exit 130' INT; echo $* >>started; sleep 987{os.getpid()}\n")
    process, terminal = on_terminal(case, case.floe_path, "run", "-q", "make", "-s")
    started = case.dir / "started"
    eventually(lambda: started.exists() and len(started.read_text().split()) >= 2, "make does not start")
    os.write(terminal, b"\x03")
    said = read_all(terminal)
    status = os.waitpid(process, 0)[1]
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGINT, said
    caught = (case.dir / "caught").read_text().splitlines()
    assert len(caught) == len(set(caught))
    eventually(lambda: not sleeping(), "a command of the build is left")


WIDTH = 20
NOISE = """all: $(foreach i,1 2 3 4 5 6,sub$i) $(foreach i,1 2 3 4 5 6 7 8 9 10,$i.x)
sub%:
	@$(MAKE) -s -k -f sub.mk N=$*
%.x:
	@sleep 0.3
"""
# Each waits until WIDTH of them run at once, which shows that no token is missing; that never comes if one is.
LAST = """all: $(foreach i,0 1 2 3 4 5 6 7 8 9,$(foreach j,0 1 2 3 4 5,$i$j.x))
%.x:
	@: >running/$*; tries=0; until [ -e full ] || [ $$tries = 600 ]; do sleep 0.1; tries=$$((tries + 1)); \\
	    count=`ls running | wc -l`; echo $$count >>counts; [ $$count -lt WIDTH ] || : >full; done; rm running/$*
""".replace("WIDTH", str(WIDTH))


def test_tokens_of_killed_processes(case):
    """Makes below make hold tokens, and lose them when they are killed. The width afterwards is that before."""
    (case.dir / "running").mkdir()
    case.write("Makefile", NOISE)
    case.write("sub.mk", "all: $(foreach i,1 2 3 4 5 6 7 8 9 10,$(N)-$i.x)\n%.x:\n\t@sleep 0.2\n")
    case.write("last.mk", LAST)
    case.write("build.sh", "#!/bin/sh\necho $$ >spared\nwhile ! [ -e done ]; do make -s -k >>noise 2>&1; done\nexec make -s -f last.mk\n", mode=0o755)
    # As `floe run` does it; the launcher has children of its own.
    build = [case.cc, "--floe-build", "--min", str(WIDTH), "--max", str(WIDTH), "./build.sh"]
    result = case.run([sys.executable, LIB / "kill_randomly.py", os.environ.get("FLOE_KILLS", "1000"), "done", "spared", *build], FLOE_SOCKET=case.dir / "none").check()
    most = max(map(int, (case.dir / "counts").read_text().split()))
    assert most == WIDTH, f"{WIDTH - most} tokens of {WIDTH - 1} are lost: {result.text}"
    assert re.search("replaced [0-9]* tokens", result.error_text), f"no token was lost meanwhile: the case shows nothing: {result.text}"
