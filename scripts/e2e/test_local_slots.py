"""However many local commands a build starts at once, no more of them run than the node has slots; and none waits for a slot that waits
for it."""

import contextlib
import os
import signal

import pytest
from harness import jobs, processes
from harness.machine import eventually

SLOTS = 3
NUMBERS = range(1, 17)


@pytest.fixture(scope="module")
def mesh(make_mesh):
    mesh = make_mesh("local-slots", 2, slots=SLOTS, prepared=True).start()
    yield mesh
    mesh.stop()


@pytest.fixture
def case(case):
    """Its commands run in its directory, among sixteen sources."""
    case.tree = case.dir
    for number in NUMBERS:
        case.write(f"{number}.c", f"#include <stdio.h>\n#include <stdlib.h>\nint main(void) {{ return {number}; }}\n")
    return case


# A compiler that Floe does not know: it counts in the file counts how many of it run. What only asks it does not count.
STAND_IN = """#!/bin/bash
case " $* " in *' -o '*) ;; *) exec /usr/bin/gcc "$@" ;; esac
: >"{dir}/running/$$"
ls "{dir}/running" | wc -l >>"{dir}/counts"
{command} "$@"
code=$?
ls "{dir}/running" | wc -l >>"{dir}/counts"
rm "{dir}/running/$$"
exit $code
"""


def stand_in(case, command="/usr/bin/gcc"):
    (case.dir / "running").mkdir(exist_ok=True)
    case.write("bin/gcc", STAND_IN.format(dir=case.dir, command=command), mode=0o755)


def stand_in_compiles(case, *words):
    """One command of that compiler behind the wrapper."""
    return [case.cc, str(case.dir / "bin/gcc"), *words]


def build(case, options, **environment):
    """Sixteen commands at once; @ in the options is the number of each."""
    targets = " ".join(f"{number}.x" for number in NUMBERS)
    case.write("Makefile", f"all: {targets}\n%.x:\n\t+@'{case.cc}' '{case.dir}/bin/gcc' {options.replace('@', '$*')}\n")
    case.run("make -s -j16", **environment).check()


def expect_at_once(case, most, commands=16):
    """So many ran, and at one time `most` of them and no more."""
    counts = [int(line) for line in (case.dir / "counts").read_text().split()]
    assert len(counts) == 2 * commands
    assert 1 < max(counts) <= most


@pytest.mark.parametrize(("name", "options", "mode"), [
    ("compiles_that_are_to_be_local", "-O2 -c @.c -o @.o", "local"),
    ("links", "@.c -o @", "remote"),
    ("preprocessing", "-E @.c -o @.i", "remote"),
    ("compiles_by_a_program_of_which_nothing_is_known", "-c @.c -o @.o", "remote"),
], ids=lambda value: value if isinstance(value, str) and "_" in value else "")
def test_no_more_than_slots(case, name, options, mode):
    stand_in(case)
    build(case, options, FLOE_MODE=mode)
    expect_at_once(case, SLOTS)


def test_pipes(case):
    """Each second command of a pipe waits for the first: all would wait if the second ones had all slots."""
    case.shell("""for i in {1..16}; do
        "$FLOE_CC" gcc -E "$i.c" | "$FLOE_CC" gcc -c -x c - -o "$i.o" &
        "$FLOE_CC" gcc -S "$i.c" -o - | "$FLOE_CC" gcc -c -x assembler /dev/stdin -o "$i.s.o" &
        "$FLOE_CC" gcc -c -x c <("$FLOE_CC" gcc -E "$i.c") -o "$i.fd.o" &
    done
    wait""").check()
    objects = [f"{number}{kind}.o" for number in NUMBERS for kind in ("", ".s", ".fd")]
    for name in objects:
        assert b" T main" in case.run(["nm", name]).check().out, name


def test_confirmations_of_compiles_that_failed_elsewhere(case):
    sources = [case.slow_source(0.25) for _ in range(8)]
    for source in sources:
        case.write(source, case.path(source).read_text() + "int wrong = nothing;\n")
    case.mark()
    running = [case.start_compile(["g++", "-c", source, "-o", f"{source}.o"]) for source in sources]
    assert all(job.wait().code != 0 for job in running)
    records = case.await_records(8)
    assert all("repeated locally to confirm" in record["reason"] for record in records)
    count, most = jobs.most_at_once(records)
    assert count == 8 and most <= SLOTS


@pytest.fixture
def standing(case):
    """Six commands that stand still until the file go is there; three have a slot."""
    stand_in(case, f"until [ -e '{case.dir}/go' ]; do sleep 0.05; done; /usr/bin/gcc")
    started = [case.start(stand_in_compiles(case, f"{number}.c", "-o", str(number))) for number in range(1, 7)]
    case.cleanup.callback((case.dir / "go").touch)
    await_running(case, SLOTS)
    return started


def running_ids(case):
    return [int(name) for name in os.listdir(case.dir / "running")]


def await_running(case, count):
    eventually(lambda: len(running_ids(case)) == count, lambda: f"{len(running_ids(case))} run instead of {count}")


def test_killed_compilers_free_their_slots(case, standing):
    for pid in running_ids(case):
        for victim in [*processes.below(pid), pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
        (case.dir / f"running/{pid}").unlink()
    await_running(case, SLOTS)
    (case.dir / "go").touch()
    for command in standing:
        command.wait()
    await_running(case, 0)


def test_who_gives_up_while_it_waits_leaves_the_line(case, standing):
    waiting = [command for command in standing if command.pid not in running_ids(case)]
    assert len(waiting) == 3
    for command in waiting:
        command.signal(signal.SIGTERM)
    (case.dir / "go").touch()
    for command in standing:
        assert command.wait().code == 0 or command in waiting
    build(case, "@.c -o @")


def test_wrappers_below_a_local_link(case):
    stand_in(case, f"'{case.cc}' /usr/bin/gcc")
    build(case, "@.c -o @")
    expect_at_once(case, SLOTS)


def test_wrappers_below_a_script(case):
    """The script has the slot at first, then what it calls."""
    stand_in(case, f"'{case.cc}' /usr/bin/gcc")
    case.mark()
    build(case, "-c @.c -o @.o")
    records = case.await_records(32)
    assert sum(record["decision"] == "remote" for record in records) == 16, list(map(jobs.outcome, records))
    build(case, "-c @.c -o @.o", FLOE_MODE="local")
    build(case, "-E @.c -o @.i")


def test_make_below_a_local_link(case):
    """A compiler that runs make, as -flto=jobserver does, and that runs wrappers."""
    stand_in(case, f"make -s -j8 -C '{case.dir}/below' >&2; /usr/bin/gcc")
    case.write("below/Makefile", f"all: 1.o 2.o 3.o 4.o\n%.o:\n\t@'{case.cc}' gcc -c ../$*.c -o $@\n")
    case.run(stand_in_compiles(case, "1.c", "-o", "1")).check()
    assert len(list((case.dir / "below").glob("*.o"))) == 4


PASS_FLAGS = """ && echo "$MAKEFLAGS" >>'{dir}/flags'; /usr/bin/gcc"""
TAKE_BY_DESCRIPTORS = 'IFS= read -r -N 1 -u 5 token && printf %s "$token" >&6' + PASS_FLAGS
TAKE_BY_FIFO = """IFS= read -r -N 1 token <>'{dir}/fifo' && printf %s "$token" >'{dir}/fifo'""" + PASS_FLAGS


@pytest.mark.parametrize(("take", "flags"), [(TAKE_BY_DESCRIPTORS, " -j2 --jobserver-auth=5,6"), (TAKE_BY_FIFO, " -j2 --jobserver-auth=fifo:{dir}/fifo")],
                         ids=["by_descriptors", "by_fifo"])
def test_jobserver(case, take, flags):
    """A compiler that takes a token of the jobserver and gives it back."""
    stand_in(case, take.format(dir=case.dir))
    flags = flags.format(dir=case.dir)
    os.mkfifo(case.dir / "fifo")
    case.shell("""exec 5<>fifo 6>fifo
        printf + >&6
        "$FLOE_CC" "$CASE/bin/gcc" 1.c -o 1 && FLOE_MODE=local "$FLOE_CC" "$CASE/bin/gcc" -c 1.c -o 1.o &&
            "$FLOE_CC" "$CASE/bin/gcc" -c 2.c -o 2.o""", MAKEFLAGS=flags).check()
    assert (case.dir / "flags").read_text().splitlines() == [flags] * 3


def test_link_time_optimisation_with_make_s_jobserver(case):
    case.write("Makefile", f"all:\n\t+@'{case.cc}' gcc -O2 -flto=jobserver 1.c -o 1\n")
    assert case.run("make -s -j4").check().err == b""
    assert case.run("./1").code == 1


@pytest.mark.parametrize("options", [["--no-execute"], ["--slots", "0"]], ids=["without_slots_of_its_own", "with_no_slots"])
def test_one_a_core(case, options):
    cores = os.cpu_count()
    if cores == 1:
        pytest.skip("there is one core")
    node = case.start_node(*options)
    stand_in(case)
    build(case, "@.c -o @", FLOE_SOCKET=node.socket)
    expect_at_once(case, cores)
    assert case.floe("doctor", FLOE_SOCKET=node.socket).code in (0, 1)
