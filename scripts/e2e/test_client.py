"""The client: `floe` in C, whose commands run in the node, prints what the command line in Java prints, and ends as that does."""

import os
import pathlib
import re
import shutil
import signal

import pytest
from harness.case import Case
from harness.machine import ORDINARY_USER, eventually

SYSTEM = pathlib.Path("/run/floe")  # nodes whose sockets lie here serve each user

# Their output does not change between two calls at a node that is idle. A test of the node has more of what it refuses.
COMMAND_LINES = ["", "jobs", "toolchain list", "jobs --folow", "trace nowhere", "nodes --socket nowhere", "capacity --socket nowhere", ["trace", b"b\xff"],
                 "explain -- gcc -c a.c"]


@pytest.fixture(scope="module")
def mesh():
    """None: the node of the module is alone."""
    return None


@pytest.fixture(scope="module")
def lonely(work, install):
    """A node without a mesh for all cases, as `Case.start_node` makes one for a single case."""
    case = Case("client/node", work / "client-node", work, install, None)
    with case.cleanup:
        yield case.start_node("--slots", "1")


@pytest.fixture
def case(alone, lonely):
    """Its commands ask that node, and run in its directory."""
    alone.env["FLOE_SOCKET"] = str(lonely.socket)
    alone.tree = alone.dir
    return alone


def in_java(case, *words, **options):
    return case.floe(*words, FLOE_CLIENT="java", **options)


@pytest.mark.parametrize("command", COMMAND_LINES, ids=str)
def test_prints_what_java_prints(case, command):
    words = command.split() if isinstance(command, str) else command
    native, java = case.floe(*words), in_java(case, *words)
    assert (native.code, native.out, native.err) == (java.code, java.out, java.err)
    assert native.out + native.err != b""


def test_starts_no_java(case):
    """What would be started is gone."""
    prefix = case.dir / "prefix"
    (prefix / "bin").mkdir(parents=True)
    shutil.copy2(case.floe_path, prefix / "bin/floe")
    for words, code in {"nodes": 0, "jobs": 0, "stats --json": 0, "--help": 0, "--version": 0, "nodes more": 2, "cache evict nothing": 1,
                        f"nodes --socket {case.dir}/nowhere": 1}.items():
        result = case.run([str(prefix / "bin/floe"), *words.split()])
        assert result.code == code, result.error_text
    assert "floe-java" in case.run([str(prefix / "bin/floe"), "doctor"]).error_text


def test_colours(case):
    assert b"\x1b[" in case.floe("jobs", "--help", CLICOLOR_FORCE="1").out
    assert b"\x1b[" not in case.floe("jobs", "--help", CLICOLOR_FORCE="1", NO_COLOR="1").out


def compile_locally(case, name):
    """A job of that node."""
    case.write(f"{name}.c", f"int {name};\n")
    case.compile(f"gcc -c {name}.c", FLOE_MODE="local").check()


@pytest.mark.needs("gcc")
def test_follows_until_interrupted(case, lonely):
    following = case.start([case.floe_path, "jobs", "--follow"])
    eventually(lambda: b"SOURCE" in following.out, "no title")
    compile_locally(case, "followed")
    eventually(lambda: b"followed.c" in following.out, lambda: f"the job is not shown: {following.text}")
    eventually(lambda: connections(lonely) > 0, "the node has no connection")
    following.signal(signal.SIGINT)
    assert following.wait().code == 128 + signal.SIGINT
    eventually(lambda: connections(lonely) == 0, "the node goes on with a command that nobody reads")


def connections(node):
    """How many are open at the node's socket."""
    lines = pathlib.Path("/proc/net/unix").read_text().splitlines()
    return sum(line.endswith(f" {node.socket}") and line.split()[5] == "03" for line in lines)


@pytest.mark.needs("gcc")
def test_a_reader_that_leaves_ends_it_quietly(case, lonely):
    compile_locally(case, "read")
    result = case.shell('"$FLOE" jobs | head -n 0; echo "${PIPESTATUS[0]}"; "$FLOE" metrics | head -n 1').check()
    assert result.err == b""
    assert result.lines[0] in ("0", "1", "141")
    case.floe("nodes").check()
    assert "dropped a connection" not in lonely.text + lonely.error_text


def test_a_full_disk_is_said(case):
    result = case.shell('"$FLOE" nodes >/dev/full')
    assert result.code == 1
    assert result.error_text == "floe: cannot write the output: No space left on device\n"


def test_a_frozen_node_is_given_up(case):
    """Its message names the socket and says what to do."""
    node = case.start_node()
    node.signal(signal.SIGSTOP)
    for asking in [case.start([case.floe_path, *words.split(), "--socket", node.socket]) for words in ("nodes", "jobs --follow")]:
        result = asking.wait()
        assert result.code == 1
        assert re.fullmatch(rf"floe: the node at {node.socket} is there but does not answer \(nothing for 5 s\): .*kill -CONT.*\n", result.error_text)
    assert re.fullmatch(r"floe \S+\n", case.floe("--version", FLOE_SOCKET=str(node.socket)).text)
    node.signal(signal.SIGCONT)
    case.floe("nodes", "--socket", node.socket).check()


def test_no_node_without_variables(case):
    """The client names the socket that Java names."""
    for variables in ({}, {"XDG_RUNTIME_DIR": str(case.dir)}, {"XDG_DATA_HOME": str(case.dir)}):
        variables = {"FLOE_SOCKET": None, "HOME": None, "XDG_RUNTIME_DIR": None, **variables}
        native, java = case.floe("pause", **variables), in_java(case, "pause", **variables)
        assert (native.code, native.out, native.err) == (java.code, java.out, java.err)


@pytest.mark.root
def test_another_user_may_look_but_change_nothing(case):
    """A system node runs no command with its own rights for another user."""
    made = not SYSTEM.exists()
    SYSTEM.mkdir(mode=0o755, exist_ok=True)
    socket = SYSTEM / f"client-{os.getpid()}.sock"
    case.cleanup.callback(lambda: made and SYSTEM.rmdir())
    case.cleanup.callback(lambda: socket.unlink(missing_ok=True))
    secret = case.write("words", "more\n", mode=0o600)
    node = case.start([case.floe_path, "node", "--name", "system", "--data-dir", case.dir / "data", "--socket", socket, "--mesh-key", case.dir / "none", "--config", "/dev/null"],
                      FLOE_SOCKET=None)
    eventually(lambda: b"ready" in node.out, lambda: f"the node is not ready: {node.error_text}")
    asks = ["setpriv", f"--reuid={ORDINARY_USER}", f"--regid={ORDINARY_USER}", "--clear-groups", case.floe_path]
    eventually(lambda: "system *" in case.run([*asks, "nodes", "--socket", str(socket)]).check().text, "the node does not list itself")
    for words in ("pause", "cache clear", "toolchain remove a"):
        result = case.run([*asks, *words.split(), "--socket", str(socket)])
        assert (result.code, result.error_text) == (1, "floe: only the node's own user and root may ask for this\n")
    refused = case.run([*asks, "nodes", f"@{secret}", "--socket", str(socket)])
    assert refused.code == 2
    assert "more" not in refused.error_text.replace(str(secret), "")
    case.floe("pause", "--socket", socket).check()
