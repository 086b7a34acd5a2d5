"""Nodes, wrappers and data directories of the last release and of this one, side by side."""

import datetime
import hashlib
import pathlib
import re
import subprocess
import threading

import pytest
from harness import jobs, trees
from harness.machine import eventually
from harness.mesh import SETTLING_MILLIS

# The repository's owner has its history, and keeps the release in a cache of its own.
pytestmark = pytest.mark.builds

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROJECT = "lua5.4"
MAKEFILE = """OBJECTS := $(patsubst %.c,$(OUT)/%.o,$(wildcard *.c))
all: $(OBJECTS)
$(OUT)/%.o: %.c
\t$(WRAPPER) gcc -std=gnu99 -O2 -g -Wall -DLUA_COMPAT_5_3 -DLUA_USE_LINUX -c -o $@ $<
"""
TROUBLE = re.compile(r"\b(WARN|ERROR)\b")
# A node of release 0.1.0 says so of a newer wrapper or client, which then speaks its version, and of a connection that ends before a byte was sent;
# and the group tells of slow starts and of connections that end at both sides at once. A node that starts asks at its door, which 0.1.0 has not.
EXPECTED = re.compile(r"floe-cc speaks version 4, this node 3|begins with frame type 3|JGRP|\bGMS: |failed sending graceful close|"
                      r'refused port=group|refused port=data .*reason="(null"|.*PEER_DID_NOT_RETURN_A_CERTIFICATE)')


def script(text):
    """The output of a piece of bash that knows the libraries of scripts."""
    done = subprocess.run(["bash", "-ec", text], cwd=REPOSITORY, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="session")
def last_release():
    return pathlib.Path(script("scripts/lib/last_release.sh"))


@pytest.fixture(scope="session")
def kept_release():
    """The same, but only if it is built already: that takes minutes."""
    prefix = pathlib.Path(script('. scripts/lib/common.sh; read -r _ commit < <(grep -v "^#" .config/last-release); echo "$FLOE_DOWNLOADS/releases/$commit"'))
    if not (prefix / "lib/floe/installed").exists():
        pytest.skip("the last release is not built yet; scripts/lib/last_release.sh builds it, as the nightly lane does")
    return prefix


@pytest.fixture(scope="module")
def mixed_mesh(make_mesh, kept_release):
    """Nodes 1 and 4 submit, 2 and 3 execute; 2 and 4 are of the last release."""
    mesh = make_mesh("mixed", 4, submitters=(1, 4))
    mesh.installs = {2: kept_release, 4: kept_release}
    mesh.start()
    mesh.create_toolchains("gcc")
    yield mesh
    mesh.stop()


@pytest.fixture(scope="module")
def mesh(request):
    """Cases that start nodes of their own do without."""
    return None


@pytest.fixture
def mixed(case, mixed_mesh):
    case.mesh, case.env["FLOE_SOCKET"] = mixed_mesh, str(mixed_mesh[1].socket)
    case.log = jobs.JobLog(mixed_mesh[1].job_log)
    return case


def trouble(node):
    return [line for line in node.log().splitlines() if TROUBLE.search(line) and not EXPECTED.search(line)]


def submit(case, node, executor, wrapper):
    """A compile through a node on an executor, with this installed wrapper; it ends like the plain one, and is remote."""
    name = f"{node.name}_{executor.name}_{wrapper.name}.c"
    case.write(name, f'#include <stdio.h>\nint f(void) {{ return printf("{name}"); }}\n')
    log = jobs.JobLog(node.job_log)
    plain = case.run(["gcc", "-g", "-c", name, "-o", "plain.o"], FLOE_MODE="off").check()
    result = case.run([wrapper / "bin/floe-cc", "gcc", "-g", "-c", name, "-o", "floe.o"], FLOE_SOCKET=node.socket, FLOE_NODE=executor.name,
                      FLOE_VERBOSE="1")
    assert (result.code, result.err) == (plain.code, plain.err), result.error_text
    assert case.path("floe.o").read_bytes() == case.path("plain.o").read_bytes()
    records = eventually(log.read, "the compile has no record")
    assert [(record["decision"], record["node"]) for record in records] == [("remote", executor.name)], records


def test_nodes_and_wrappers_of_both_versions_serve_each_other(mixed, mixed_mesh, install, kept_release):
    for submitter in (mixed_mesh[1], mixed_mesh[4]):
        for executor in (mixed_mesh[2], mixed_mesh[3]):
            for wrapper in (install, kept_release):
                submit(mixed, submitter, executor, wrapper)
    assert {node.name: trouble(node) for node in mixed_mesh.nodes.values() if trouble(node)} == {}


def test_old_nodes_are_named(mixed, mixed_mesh, kept_release):
    nodes = {node["name"]: node for node in mixed_mesh.listing()["nodes"]}
    assert [nodes[name]["behind"] != "" for name in ("node1", "node2", "node3", "node4")] == [False, True, False, True]
    assert (nodes["node2"]["protocol"], nodes["node3"]["protocol"]) == (1, 2)
    assert (nodes["node2"]["features"], nodes["node3"]["features"]) == ([], ["few-heartbeats", "membership", "observe", "reverse", "toolchain-files", "toolchain-relay", "watch"])
    table = mixed_mesh.run("nodes").check().lines
    assert {line.split()[0] for line in table[1:5] if line.endswith("behind")} == {"node2", "node4"}, table
    doctor = mixed_mesh.run("doctor", "--json").json_lines()
    said = [(finding["topic"], finding["text"]) for finding in doctor if finding.get("state") == "note"]
    assert [text for topic, text in said if topic == "old-node" and text.startswith("node2 (") and text.endswith("; upgrade it")], doctor
    # What asks a node of the last release, of either version, is answered as well.
    assert len(mixed_mesh.listing(node=4)["nodes"]) == 4
    old = mixed.run([kept_release / "bin/floe", "nodes", "--json"], FLOE_SOCKET=mixed_mesh[1].socket).check().json()
    assert {node["name"] for node in old["nodes"]} == set(nodes)


@pytest.mark.slow
def test_a_guess_is_not_sent_to_a_node_that_does_not_observe(mixed, mixed_mesh):
    mixed.write("guessed.h", "int guessed;\n")
    mixed.write("guess.c", '#define NAME "guessed.h"\n#if __has_include(NAME)\n#include "guessed.h"\n#endif\n')
    explained = mixed.run([mixed_mesh.floe, "explain", "--json", "--", "gcc", "-c", "guess.c"], FLOE_MODE="auto").check().json()
    eligible = {node["name"]: node.get("why", "") for node in explained["nodes"]}
    assert "without observe" in eligible["node2"] and eligible["node3"] == "", explained
    mixed.run([mixed.cc, "gcc", "-c", "guess.c"]).check()
    mixed.expect_remote()


class Project:
    """Lua's sources in a directory, compiled into directories beside them."""

    def __init__(self, case):
        source = script(f". scripts/lib/common.sh; . scripts/lib/build_trees.sh; fetch_project {PROJECT} >&2; project_source {PROJECT}")
        self.case, self.directory = case, case.tree / "lua"
        trees.copy(pathlib.Path(source) / "src", self.directory)
        (self.directory / "lua5.4-deb-multiarch.h").write_text('#define DEB_HOST_MULTIARCH "any"\n')
        (self.directory / "Versions.mk").write_text(MAKEFILE)

    def build(self, jobs_at_once, wrapper="", **environment):
        """All objects, by name; make must not fail."""
        out = self.case.dir / "objects"
        trees.remove(out)
        out.mkdir()
        words = ["make", "-s", "-f", "Versions.mk", f"-j{jobs_at_once}", f"OUT={out}", f"WRAPPER={wrapper}"]
        result = self.case.run(words, cwd=self.directory, **environment).check()
        objects = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in out.iterdir()}
        assert len(objects) > 30, sorted(objects)
        return objects, result.err


@pytest.mark.slow
def test_a_mixed_mesh_builds_a_project(mixed, mixed_mesh, last_release):
    project = Project(mixed)
    plain = project.build(2, FLOE_MODE="off")
    for node in (mixed_mesh[1], mixed_mesh[4]):
        log = jobs.JobLog(node.job_log)
        assert project.build(6, node.install / "bin/floe-cc", FLOE_SOCKET=node.socket) == plain
        eventually(lambda log=log: len(log.read()) >= len(plain[0]), "jobs have no records")
        assert {record["node"] for record in log.read()} == {"node2", "node3"}, "both executors have compiled"
        assert {record["decision"] for record in log.read()} == {"remote"}
    assert {node.name: trouble(node) for node in mixed_mesh.nodes.values() if trouble(node)} == {}


def seconds(record):
    start = datetime.datetime.fromisoformat(record["started"].replace("Z", "+00:00")).timestamp()
    return start, start + record["totalMillis"] / 1000


def longest_gap(records):
    """The longest time in which no remote compile of these ran, in seconds, from the first to the last of all."""
    ends = [seconds(record) for record in records]
    covered, gap = min(start for start, _ in ends), 0
    for start, end in sorted(seconds(record) for record in records if record["decision"] == "remote"):
        gap, covered = max(gap, start - covered), max(covered, end)
    return gap


@pytest.mark.slow
def test_five_nodes_are_upgraded_during_a_build(case, make_mesh, install, last_release, record_property):
    mesh = make_mesh("rolling", 5)
    mesh.installs = {number: last_release for number in mesh.nodes}
    mesh.start()
    case.cleanup.callback(mesh.stop)
    mesh.create_toolchains("gcc")
    project = Project(case)
    plain = project.build(2, FLOE_MODE="off")
    upgraded, passes, failures = threading.Event(), [], []

    def build():
        try:
            while not (upgraded.is_set() and len(passes) > 2):
                passes.append(project.build(6, case.cc, FLOE_MODE="auto", FLOE_SOCKET=mesh[1].socket) == plain)
        except AssertionError as failure:
            failures.append(failure)

    builder = threading.Thread(target=build)
    builder.start()
    try:
        eventually(lambda: passes or failures, "no pass ends", 300)
        marks = []
        for number in (2, 3, 4, 5, 1):
            marks.append(jobs.JobLog(mesh[1].job_log))
            mesh[number].replace(install)
            mesh.await_complete()
    finally:
        upgraded.set()
        builder.join()
    assert not failures, failures
    assert passes and all(passes), "an object differs from the plain compiler's"
    executors, own = marks[0].read()[: len(marks[0].read()) - len(marks[-1].read())], marks[-1].read()
    assert {node["behind"] for node in mesh.listing()["nodes"]} == {""}
    print(f"\n{len(passes)} builds; longest time without a remote compile: executors {longest_gap(executors):.1f} s, own node {longest_gap(own):.1f} s")
    record_property("seconds without remote compiles", round(longest_gap(executors), 1))


def compile_all(case, mesh, sources, cc):
    """Compiles the sources with the cache in use, and returns what has become of each."""
    log = jobs.JobLog(mesh[1].job_log)
    for name in sources:
        case.run(["gcc", "-c", name, "-o", "plain.o"], FLOE_MODE="off").check()
        case.run([cc, "gcc", "-c", name, "-o", "floe.o"], FLOE_CACHE="both", FLOE_SOCKET=mesh[1].socket).check()
        assert case.path("plain.o").read_bytes() == case.path("floe.o").read_bytes()
    eventually(lambda: len(log.read()) >= len(sources), "a compile has no record")
    return [record["decision"] for record in log.read()]


@pytest.mark.slow
def test_data_directories_serve_both_versions(case, make_mesh, install, last_release):
    """An upgrade, a downgrade and another upgrade on the same directories: results that both know are hits."""
    mesh = make_mesh("data", 2)
    mesh.installs = {number: last_release for number in mesh.nodes}
    mesh.start()
    case.cleanup.callback(mesh.stop)
    case.write("inc/common.h", "#define COMMON 1\n")
    old, new = [f"old{number}.c" for number in range(4)], [f"new{number}.c" for number in range(4)]
    for name in [*old, *new]:
        case.write(name, f'#include "inc/common.h"\nint {name[:-2]} = COMMON;\n')
    eventually(lambda: time_since_change(case, new[-1]) > 2 * SETTLING_MILLIS / 1000, "the clock stands still")
    assert compile_all(case, mesh, old, last_release / "bin/floe-cc") == ["remote"] * 4
    assert compile_all(case, mesh, old, last_release / "bin/floe-cc") == ["cached"] * 4
    switch(mesh, install)
    assert compile_all(case, mesh, old, install / "bin/floe-cc") == ["cached"] * 4
    assert compile_all(case, mesh, new, install / "bin/floe-cc") == ["remote"] * 4
    assert {node.name: trouble(node) for node in mesh.nodes.values() if trouble(node)} == {}
    switch(mesh, last_release)
    assert compile_all(case, mesh, old, last_release / "bin/floe-cc") == ["cached"] * 4
    assert set(compile_all(case, mesh, new, last_release / "bin/floe-cc")) <= {"remote", "cached"}
    # Release 0.1.0 says so of each result that has an observation.
    said = [line for node in mesh.nodes.values() for line in trouble(node) if "result dropped from the cache" not in line]
    assert said == []
    switch(mesh, install)
    assert compile_all(case, mesh, [*old, *new], install / "bin/floe-cc") == ["cached"] * 8


def switch(mesh, install):
    for node in mesh.nodes.values():
        node.stop()
        mesh.installs[node.number] = install
        (node.dir / "err").write_text("")
    for node in mesh.nodes.values():
        node.launch()
    for node in mesh.nodes.values():
        node.await_ready()
    mesh.await_complete()


def time_since_change(case, name):
    return datetime.datetime.now().timestamp() - case.path(name).stat().st_ctime
