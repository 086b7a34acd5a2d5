"""`floe top` in a real terminal (tmux): sizes, a resize and a lost node during a build of a real project, terminals that can do less, and
how the terminal is left."""

import os
import pathlib
import re
import shutil
import signal

import pytest
from harness import processes
from harness.machine import eventually
from harness.terminal import Terminal

pytestmark = pytest.mark.needs("tmux")

SAMPLE = pathlib.Path(__file__).parent.parent / "sample"
BUILD = """while [ -e ../building ]; do
    make -j2 CXX="'$FLOE_CC' g++" build/rill
    make clean
done >../make.log 2>&1"""


@pytest.fixture
def open_top(case):
    """Opens floe top in a terminal of a size, with options and variables."""
    return lambda columns, rows, *options, **variables: Terminal(case, columns, rows, [case.floe_path, "top", *options], **variables)


@pytest.fixture
def building(case):
    """The sample program is built through the mesh, two files at once, over and over."""
    shutil.copytree(SAMPLE, case.dir / "project", ignore=shutil.ignore_patterns("build"))
    (case.dir / "building").touch()
    job = case.start(["bash", "-c", BUILD], cwd=case.dir / "project", FLOE_CC=case.cc)
    yield
    (case.dir / "building").unlink()
    job.end_all()


def quit_top(top):
    top.keys("q")
    top.expect_left(0)


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40), (300, 80)])
def test_size(open_top, building, columns, rows):
    """All lists are there, with a build under way."""
    top = open_top(columns, rows)
    for pattern in (r"^floe top  mesh throw-away  through node1  3 nodes", r"^. node[23] +\[a",
                    r"[a-z_]+\.cpp +node1 +node[23] +(schedule|upload|queue|run|check|write)", "^  ended [0-9]", "^q quit"):
        top.expect(pattern)
    lines = top.screen().split("\n")[:-1]
    assert len(lines) == rows
    assert max(map(len, lines)) <= columns
    quit_top(top)


def test_resize(open_top):
    top = open_top(120, 40)
    top.expect("^q quit .* hold still$")
    top.resize(60, 15)
    top.expect(r"^q quit  \? help  Tab list  s order: name  / filter  n nod$|^q quit  \? help  Tab list  s order: name  / filter  n node? *b?$")
    eventually(lambda: top.screen().count("floe top") == 1, "the frame before is still there")
    top.resize(200, 50)
    top.expect("version submitted$")
    top.resize(5, 2)
    top.resize(80, 24)
    top.expect("^> nodes 3")
    quit_top(top)


def test_a_node_that_is_killed(case, open_top):
    top = open_top(100, 30)
    top.expect("^c node3")
    case.mesh[3].kill()
    top.expect(" 2 nodes")
    top.expect_gone("^c node3")
    case.mesh[3].start()
    top.expect("^c node3")
    quit_top(top)


def test_the_own_node_is_killed(case, open_top):
    top = open_top(160, 30)
    top.expect("^a node1")
    case.mesh[1].kill()
    top.expect("(no node answers|went away).*trying again")
    top.expect("^a node1")
    case.mesh[1].start()
    top.expect_gone("trying again")
    top.expect(" 3 nodes")
    quit_top(top)


KEYS = [("?", "^Keys"), ("Escape", "^> nodes 3"), ("r", "^Why jobs ran locally"), ("r / node2 Enter", "^> nodes 1 "), ("", '^containing "node2"'),
        ("Escape", "^> nodes 3"), ("s", "s order: busy"), ("Down n", " alone"), ("n Tab", "^> running"), ("p", "^HELD STILL")]


def test_keys(open_top):
    top = open_top(100, 30)
    top.expect("^> nodes 3")
    for keys, pattern in KEYS:
        if keys:
            top.keys(*keys.split())
        top.expect(pattern)
    top.keys("C-c")
    top.expect_left(130)


def test_sigterm(open_top):
    top = open_top(80, 24)
    top.expect("^q quit")
    os.kill(top.pid("java"), signal.SIGTERM)
    top.expect_left(143)


def test_stop_and_continue(open_top):
    top = open_top(80, 24)
    top.expect("^q quit")
    pid = top.pid("java")
    os.kill(pid, signal.SIGTSTP)
    top.expect_gone("q quit")
    eventually(lambda: top.settings() == top.file("before"),
               lambda: f"the settings are not given back while it is stopped: {top.settings()} instead of {top.file('before')}")
    eventually(lambda: processes.is_stopped(pid), "it does not stop itself after it has given the screen back")
    os.kill(pid, signal.SIGCONT)
    top.expect("^q quit")
    quit_top(top)


def test_no_color(open_top):
    top = open_top(80, 24)
    top.expect("^q quit")
    assert re.search("\033\\[[0-9;]*3[0-9][;m]", top.screen("-e")), "no colours at all"
    quit_top(top)
    top = open_top(80, 24, NO_COLOR="1")
    top.expect("^q quit")
    assert not re.search("\033\\[([0-9]*;)*(3[0-7]|9[0-7])[;m]", top.screen("-e"))
    top.expect("^a node1")
    quit_top(top)


def test_a_terminal_without_a_cursor(open_top):
    top = open_top(300, 200, TERM="dumb")  # nothing scrolls away, however many jobs there were
    top.expect("^mesh throw-away, through node1, 3 nodes")
    top.expect_end(0)


def test_no_terminal(case):
    text = case.floe("top").check().text
    assert re.search("^mesh throw-away, through node1, 3 nodes", text, re.MULTILINE)
    assert "\033" not in text
    result = case.floe("top --once --json").check()
    assert result.out.count(b"\n") == 1
    snapshot = result.json()
    assert sorted(node["name"] for node in snapshot["nodes"]) == ["node1", "node2", "node3"]
    assert snapshot["totals"]["nodes"] == 3


def test_hostile_file_names(case, open_top):
    name = "evil\033[2J\033]0;title\a\u202e.c"
    case.write(name, "int x = ;\n")
    assert case.compile(["gcc", "-c", name, "-o", "out.o"]).code != 0
    top = open_top(160, 30)
    top.expect("^q quit")
    top.expect(r"evil\?\[2J\?\]0;title\?\?\.c")
    quit_top(top)
    text = case.floe("top --once").check().text
    assert "evil?[2J?]0;title??.c" in text
    assert "\033" not in text


def test_no_node(case, open_top):
    top = open_top(80, 24, "--socket", str(case.dir / "nowhere"))
    top.expect_end(1)
    assert re.search("^floe: no node answers at .*nowhere; start one with: floe node", top.file("errors"))
