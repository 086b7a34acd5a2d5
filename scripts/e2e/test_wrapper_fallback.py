"""Whatever becomes of the node, a compile ends as the plain one does: same exit code, files and outputs, and not a word from the wrapper."""

import os
import signal
import socket
import subprocess
import sys

import pytest
from harness import processes, trees
from harness.machine import eventually

LIB = os.path.join(os.path.dirname(__file__), "..", "lib")
sys.path.append(LIB)
import misbehaving_node  # noqa: E402

FINE = '#include <stdio.h>\nint main(void) { puts("fine"); int unused; return 0; }\n'
WRONG = "#include <stdio.h>\nint main(void) { return nothing; }\n"


@pytest.fixture(scope="module")
def mesh(make_mesh):
    """One executor of one slot."""
    mesh = make_mesh("fallback", 2, slots=1, prepared=True).start()
    yield mesh
    mesh.stop()


@pytest.fixture
def sources(case):
    case.write("fine.c", FINE)
    case.write("wrong.c", WRONG)
    return case


def same_both(case):
    """A command that compiles and one that does not."""
    case.same("gcc -Wall -g -c fine.c -o fine.o")
    case.same("gcc -Wall -c wrong.c -o wrong.o")


def test_no_node(sources):
    sources.env["FLOE_SOCKET"] = str(sources.dir / "nowhere")
    same_both(sources)


def test_no_node_in_any_usual_place(sources):
    if os.path.exists("/run/floe/node.sock") or os.path.exists(f"/run/user/{os.getuid()}/floe/node.sock"):
        pytest.skip("a node of this machine runs")
    del sources.env["FLOE_SOCKET"]
    sources.env["XDG_RUNTIME_DIR"] = str(sources.dir / "nowhere")
    same_both(sources)


def test_verbose_says_why_in_one_line(sources):
    said = sources.compile("gcc -c fine.c", FLOE_SOCKET=sources.dir / "nowhere", FLOE_VERBOSE="1").check().error_text
    assert said.startswith("floe-cc: ") and "nowhere" in said and "No such file" in said
    assert len(said.splitlines()) == 1


def test_socket_without_a_listener(sources):
    stale = sources.dir / "stale"
    with socket.socket(socket.AF_UNIX) as unheard:
        unheard.bind(str(stale))
    sources.env["FLOE_SOCKET"] = str(stale)
    same_both(sources)


@pytest.mark.parametrize("other", ["file", ".", "file/below", "/dev/null", f"{7:0300d}"], ids=["file", "directory", "below-a-file", "device", "too-long"])
def test_socket_is_something_else(sources, other):
    (sources.dir / "file").touch()
    sources.env["FLOE_SOCKET"] = str(sources.dir / other)
    same_both(sources)


def start_misbehaving(case, kind):
    """What listens at a socket and says nothing that a node says; the case's compiles go there."""
    path = case.dir / f"socket-{kind}"
    odd = case.start([sys.executable, os.path.join(LIB, "misbehaving_node.py"), path, kind])
    eventually(lambda: b"ready" in odd.out, "the odd node does not listen")
    case.env["FLOE_SOCKET"] = str(path)
    return odd


KINDS = [*misbehaving_node.ANSWERS, "drip", *(f"random-{n}" for n in range(5)), *(f"frames-{n}" for n in range(10))]


@pytest.mark.parametrize("kind", KINDS)
def test_garbage_on_the_socket(sources, kind):
    odd = start_misbehaving(sources, kind)
    sources.same("gcc -Wall -g -c fine.c -o fine.o", FLOE_SILENCE_MS="3000")
    # A program that the node had started, and that was to run for long.
    left = [pid for pid in processes.with_word("sleep") if processes.command_line(pid) == [b"sleep", b"1000"]
            and processes.read(pid, "environ").find(str(sources.dir).encode()) >= 0]
    assert not left
    odd.end()


def test_node_says_nothing(sources):
    start_misbehaving(sources, "silence")
    sources.env["FLOE_SILENCE_MS"] = "500"
    same_both(sources)


def expect_service(case):
    """The mesh is whole and serves."""
    case.mesh.await_complete()
    case.write("fine.c", FINE)
    case.same("gcc -c fine.c")
    case.expect_remote()


def expect_slow_like_plain(case):
    case.expect_like_plain(case.slow_job.wait())
    case.slow_job.end()


def test_node_killed_mid_job(case):
    case.start_frozen()
    case.mesh[1].kill()
    expect_slow_like_plain(case)
    case.await_no_sandbox(case.slow, "node 2 goes on with a job whose submitter is gone")
    case.mesh[1].start()
    expect_service(case)


def test_node_stopped_mid_job(case):
    case.start_frozen(FLOE_SILENCE_MS="3000")
    case.cleanup.callback(case.mesh[1].thaw)
    case.mesh[1].freeze()
    expect_slow_like_plain(case)
    case.mesh[1].thaw()
    case.await_no_sandbox(case.slow)
    expect_service(case)


def test_node_terminated_mid_job(case):
    case.start_frozen()
    case.mesh[1].signal(signal.SIGTERM)
    expect_slow_like_plain(case)
    case.await_no_sandbox(case.slow, "node 2 goes on with a job whose submitter is gone")
    eventually(lambda: not case.mesh[1].is_alive(), "the node does not end")
    assert not case.mesh[1].socket.exists()
    case.mesh[1].start()
    expect_service(case)


def test_node_killed_while_the_compiler_runs_here(case):
    slow = case.slow_source()
    command = ["g++", "-c", slow, "-o", "slow.o"]
    case.plainly(command)
    job = case.start_compile(command, FLOE_MODE="local")
    eventually(lambda: any(processes.name_of(pid) == "cc1plus" for pid in processes.with_word(slow)), "the compiler does not run")
    case.mesh[1].kill()
    case.expect_like_plain(job.wait())
    case.mesh[1].start()
    expect_service(case)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=["interrupt", "terminate", "wrapper-killed"])
def test_signal(case, number):
    """The wrapper ends as the terminal or make end it."""
    slow = case.slow_source()
    before = trees.listing(case.tree)
    case.mark()
    job = case.start_compile(["g++", "-c", slow, "-o", "slow.o"])
    case.freeze(slow)
    job.signal(number)
    result = job.wait()
    assert (result.code, result.out, result.err) == (128 + number, b"", b"")
    assert trees.listing(case.tree) == before
    case.await_no_sandbox(slow)
    case.await_idle()
    case.write("fine.c", FINE)
    case.same("gcc -c fine.c")
    case.expect_remote()


def connections(path):
    listed = subprocess.run(["ss", "-xH", "state", "connected", "src", str(path)], capture_output=True, check=True)
    return len(listed.stdout.splitlines())


@pytest.mark.needs("ss")
def test_interrupt_while_it_waits_for_a_slot(sources):
    sources.start_frozen()
    job = sources.start_compile("gcc -c fine.c")
    eventually(lambda: connections(sources.mesh[1].socket) >= 2, lambda: f"the second compile does not wait: {sources.mesh.run('nodes').text}")
    job.signal(signal.SIGINT)
    assert job.wait().code == 130
    assert not sources.path("fine.o").exists()
    sources.slow_job.end()
    sources.await_idle()
