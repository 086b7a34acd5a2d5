"""Builds: what belongs together, what is known of it after the node's death, its trace; and reports as JSON."""

import collections
import re

import pytest
from harness.machine import eventually

# Compiles all of a directory's sources, one behind another, in a session of its own.
MAKE_ALL = 'for file in f*.c; do "$FLOE_CC" gcc -O1 -c "$file" || exit; done; "$FLOE_CC" gcc -shared -o all.so ./*.o'


@pytest.fixture
def case(case):
    case.tree = case.dir
    return case


def checkout(case, name, count):
    """A tree with so many sources."""
    (case.dir / name / ".git").mkdir(parents=True)
    for number in range(1, count + 1):
        case.write(f"{name}/src/f{number}.c", f'#include <stdio.h>\nint f{number}(int a) {{ return printf("%d", a) + {number}; }}\n')


def session(*names):
    """A script that makes all of some trees in one session."""
    return ["setsid", "--wait", "bash", "-c", "; ".join(f'(cd "{name}/src" && {MAKE_ALL})' for name in names)]


def make(case, *names, build=None):
    case.run(session(*names), FLOE_CC=case.cc, FLOE_BUILD=build)


def builds(case):
    """Those of this case."""
    return [build for build in case.floe("builds", "--json").check().json_lines() if build["directory"].startswith(f"{case.dir}/")]


def await_jobs(case, build, count):
    """Until a build has so many jobs."""
    eventually(lambda: case.floe("builds", build, "--json").json()["jobs"] == count, lambda: case.floe("builds").text)


def test_two_builds_at_once(case):
    checkout(case, "one", 4)
    checkout(case, "two", 6)
    jobs = [case.start(session(name), FLOE_CC=case.cc, FLOE_BUILD=build) for name, build in (("one", None), ("two", "nightly/42"))]
    for job in jobs:
        job.wait()
    await_jobs(case, "one-", 5)
    await_jobs(case, "nightly/42", 7)
    mine = {build["id"].split("-")[0]: build for build in builds(case)}
    assert set(mine) == {"one", "nightly/42"} and len(builds(case)) == 2
    for name, count in (("one", 4), ("nightly/42", 6)):
        build = mine[name]
        assert (build["jobs"], build["remote"], build["local"]) == (count + 1, count, 1)
        assert sum(build["executors"].values()) == count and set(build["executors"]) <= {"node2", "node3"}
        assert sum(build["localReasons"].values()) == 1
        assert build["wallMillis"] >= build["activeMillis"] > 0
        assert build["savedMillis"] == build["compilerMillis"] + build["cacheSavedMillis"] > 0
        assert len(build["slowest"]) == count + 1 and sum(build["proofs"].values()) == count and not build["running"]
    assert re.search("^one-[0-9]{8}-[0-9]{4}-[0-9a-f]{4} .* 5 +4 +0 +1 ", case.floe("builds").text, re.MULTILINE)
    assert re.search("^jobs  *7: 6 remote, 0 from the cache, 1 local", case.floe("builds nightly/42").text, re.MULTILINE)
    records = [job for job in case.floe("jobs --json").json_lines() if job["build"] == "nightly/42"]
    assert len(records) == 7 and all(job["submitter"] == "node1" for job in records)


def test_one_session_two_trees(case):
    checkout(case, "left", 2)
    checkout(case, "right", 2)
    make(case, "left", "right", "left")
    await_jobs(case, "left-", 6)
    await_jobs(case, "right-", 3)


@pytest.mark.needs("cmake")
def test_a_build_beside_its_sources(case):
    case.write("sources/CMakeLists.txt", "cmake_minimum_required(VERSION 3.10)\nproject(sample C)\nadd_library(sample STATIC a.c b.c)\n")
    case.write("sources/a.c", "int a;\n")
    case.write("sources/b.c", "int b;\n")
    script = f"cmake -S sources -B made -DCMAKE_C_COMPILER_LAUNCHER='{case.cc}' && cmake --build made"
    case.run(["setsid", "--wait", "bash", "-c", script], FLOE_MODE="auto").check()
    case.await_record(lambda job: job["directory"].startswith(f"{case.dir}/made") and (job.get("source") or "").endswith("b.c"))
    mine = [build for build in builds(case) if "/made" in build["directory"]]
    assert len(mine) == 1 and mine[0]["id"].startswith("made-")


def test_builds_outlive_the_node(case):
    checkout(case, "kept", 3)
    make(case, "kept", build="before-death")
    await_jobs(case, "before-death", 4)
    commands = ("builds before-death --json", "trace before-death")
    before = [case.floe(command).check().out for command in commands]
    case.mesh[1].kill()
    case.mesh[1].start()
    assert [case.floe(command).check().out for command in commands] == before
    make(case, "kept", build="before-death")
    await_jobs(case, "before-death", 8)
    # What was cut off within a line is skipped.
    case.mesh[1].kill()
    log = max((case.mesh[1].data / "builds").glob("jobs-*.jsonl"))
    with open(log, "a", encoding="utf-8") as file:
        file.write('{"id":"node1/9","build":"before-de')
    case.mesh[1].start()
    assert case.floe("builds before-death --json").check().json()["jobs"] == 8
    case.mesh.await_complete()


def test_trace(case):
    """The format: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU"""
    checkout(case, "traced", 5)
    make(case, "traced", build="traced")
    await_jobs(case, "traced", 6)
    events = case.floe("trace traced").check().json()["traceEvents"]
    records = {job["id"]: job for job in case.floe("jobs --json").json_lines() if job["build"] == "traced"}
    assert len(records) == 6
    for event in events:
        expect_event(event)
    spans = [event for event in events if event["ph"] == "X"]
    lanes = expect_jobs_in_lanes([event for event in spans if event["cat"] != "step"], records)
    steps = [event for event in spans if event["cat"] == "step"]
    for step in steps:
        assert any(is_within(step, job) for job in lanes[step["pid"], step["tid"]])
    names = {event["pid"]: event["args"]["name"] for event in events if event["name"] == "process_name"}
    executors = set(names.values()) - {"node1 (submitter)"}
    assert "node1 (submitter)" in names.values() and executors and executors <= {"node2", "node3"}
    assert all(names[event["pid"]] in executors for event in spans if event["cat"] == "remote")
    assert any(step["name"] == "run" for step in steps)


def expect_event(event):
    kinds = {"ph": str, "pid": int, "tid": int, "name": str}
    assert all(isinstance(event[name], kind) for name, kind in kinds.items())
    assert event["ph"] in "MX"
    if event["ph"] == "X":
        assert isinstance(event["ts"], int) and isinstance(event["dur"], int) and event["ts"] >= 0 and event["dur"] >= 0
    else:
        assert event["name"] in ("process_name", "thread_name") and event["args"]["name"]


def expect_jobs_in_lanes(events, records):
    """Each job once, as its record has it; in a lane one after another. Returns the lanes."""
    assert {event["args"]["id"] for event in events} == set(records) and len(events) == len(records)
    assert sum(event["dur"] for event in events) == 1000 * sum(record["totalMillis"] for record in records.values())
    lanes = collections.defaultdict(list)
    for event in sorted(events, key=lambda event: event["ts"]):
        assert event["cat"] == event["args"]["decision"] == records[event["args"]["id"]]["decision"]
        lanes[event["pid"], event["tid"]].append(event)
    for lane in lanes.values():
        assert all(one["ts"] + one["dur"] <= two["ts"] for one, two in zip(lane, lane[1:]))
    return lanes


def is_within(step, job):
    return job["ts"] <= step["ts"] and step["ts"] + step["dur"] <= job["ts"] + job["dur"]


def test_what_is_not_known(case):
    result = case.floe("builds nonesuch")
    assert result.code == 1 and "no build of this node begins with nonesuch; floe builds" in result.error_text
    result = case.floe("trace nonesuch")
    assert result.code == 1 and result.out == b""


def test_explain_as_json(case):
    case.write("x.c", "#include <stdio.h>\nint x;\n")
    one = case.floe("explain --json -- gcc -O2 -c x.c").check().json()
    text = case.floe("explain -- gcc -O2 -c x.c").check().text
    link = case.floe("explain --json -- gcc x.o -o x").check().json()
    assert not case.path("x.o").exists()
    assert one["argv"] == ["gcc", "-O2", "-c", "x.c"] and one["decision"] == "remote" and re.search("node[23]", one["reason"])
    assert one["inputFiles"] > 2 and one["inputBytes"] > 0 and one["predictedMillis"] >= 0 and len(one["toolchain"]) == 64
    nodes = {node["name"]: node for node in one["nodes"]}
    assert nodes["node2"]["eligible"] and nodes["node2"]["expectedMillis"] >= 0
    assert not nodes["node1"]["eligible"] and nodes["node1"]["why"]
    assert f"{one['inputFiles']} files" in text and re.search("first offered to node[23]", text)
    assert (link["decision"], link["reason"], link["nodes"]) == ("local", "link step", [])


REPORTS = ["nodes", "jobs", "builds", "stats", "cache stats", "cache verify", "cache clear", "toolchain list", "toolchain add gcc", "toolchain verify"]


@pytest.mark.parametrize("command", REPORTS)
def test_every_report_as_json(case, command):
    if command == "jobs" and not case.log.start:
        case.compile("gcc --version").check()
        case.await_records()
    docs = case.floe(f"{command} --json").check().json_lines()
    assert docs and all(isinstance(doc, dict) for doc in docs)


def test_doctor_as_json(case):
    result = case.floe("doctor --json")
    *parts, last = result.json_lines()
    assert all(part["state"] in ("ok", "note", "problem") and part["part"] and part["text"] for part in parts)
    assert last["problems"] == sum(part["state"] == "problem" for part in parts)
    assert any(part["part"] == "wrapper" for part in parts)
    assert result.code == (1 if last["problems"] else 0)
