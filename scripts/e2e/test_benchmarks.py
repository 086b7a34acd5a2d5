"""The benchmarks: their options, their tables, and in the nightly lane a small run of each, whose JSON has the keys that it had before."""

import importlib.machinery
import importlib.util
import json
import pathlib
import subprocess
import sys

import pytest
from harness.machine import eventually, need

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent
BENCHMARKS = sorted(path.name for path in (SCRIPTS / "bench").iterdir() if path.is_file())
WITH_COMMON_OPTIONS = [name for name in BENCHMARKS if "from benchmark.options import" in (SCRIPTS / "bench" / name).read_text()]
sys.path.append(str(SCRIPTS / "lib"))

from benchmark import groups, pump, tables  # noqa: E402
from benchmark.projects import without_output  # noqa: E402

COSTS = {"way", "state", "compiles", "remote", "submitterCpuMs", "firstPerFileMs", "perFileMs", "ofPlain", "ofBestPeer", "executorsPerFileMs", "sentPerFileKB",
         "wallSeconds"}
STARTUP = {"what", "readyMs", "listedMs", "firstJobMs", "residentMB", "idleCpuPercent", "readyCpuMs"}
# A small run of each that needs root, and the keys of each row.
SMALL = {
    "submit-cost": ("--project tiny --files 4 fresh second container own-root restarted", COSTS),
    "executor-cost": ("--project tiny --files 4", {"floe", "compiles", "remote", "plainPerJobMs", "executorPerJobMs", "beyondCompilerMs"}),
    "hit-cost": ("--project tiny --files 4 --passes 1 --small 20",
                 {"way", "compiles", "hits", "perFileMs", "firstPassMs", "ofCcacheDirect", "wallSeconds", "hitsPerSecond"}),
    "slot-utilisation": ("--nodes 2 --slots 2 --jobs 8x200", {"way", "jobs", "eachMs", "remote", "idealSeconds", "tookSeconds", "efficiency", "cpuPerJobMs",
                                                              "submitterPerJobMs"}),
    "node-startup": ("--idle 1 floe together iceccd", STARTUP),
    "run-width": ("--nodes 1 --slots 2 --rounds 1 --jobs 8x200", {"compiles", "eachMs", "way", "tookSeconds", "busy", "toFastest"}),
    "many-slots": ("--hits 8 --at-once 4 --flight 4 --millis 200 --nodes 1 --readers 2 --bytes 32",
                   {"way", "wanted", "reached", "atOnce", "seconds", "perSecond", "perCore", "nodeCpuMs"}),
    "wan": ("--project tiny --files 4 --rounds 2 --link near",
            {"link", "project", "way", "round", "compiles", "remote", "wallSeconds", "toDistcc", "toPump", "sentPerFileKB", "receivedPerFileKB"}),
    "single-flight": ("--actions 2", {"actions", "run", "twicePercent", "hits"}),
}


def run(name, *words):
    return subprocess.run([SCRIPTS / "bench" / name, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)


def check(name, words, file):
    """The rows of a run that succeeds."""
    done = run(name, *words.split(), "--json", file)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return [json.loads(line) for line in file.read_text().splitlines()], done.stdout.splitlines()


def load(name):
    """A benchmark as a module."""
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(SCRIPTS / "bench" / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", BENCHMARKS)
def test_help_names_the_command(name):
    done = run(name, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert ("usage: client" if name == "client" else f"  scripts/bench/{name}") in done.stdout


@pytest.mark.parametrize("name", WITH_COMMON_OPTIONS)
def test_a_mistake_is_one_line(name):
    done = run(name, "--no-such-option")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{name}: ") and done.stderr.endswith(f"(see {name} --help)\n") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [["floe", "sccache"], ["--project", "emacs"], ["--jobs", "0"], ["--rounds", "many"]])
def test_submit_cost_says_what_there_is(words):
    done = run("submit-cost", *words)
    assert done.returncode == 2 and words[-1] in done.stderr.partition("; ")[0]


def test_a_table_has_a_column_for_each_key():
    rows = [{"way": "plain", "ms": 1.5}, {"way": "floe", "ms": 12.25, "hits": 3}]
    assert tables.lines(rows) == ["way       ms  hits", "plain    1.5     -", "floe   12.25     3"]


def test_ratios_are_over_the_cheapest_peer_of_the_same_state():
    costs = {("plain", "second"): 100, ("floe", "fresh"): 60, ("floe", "second"): 10, ("distcc", "second"): 40, ("pump", "second"): 5}
    rows = [{"way": way, "state": state, "perFileMs": cost} for (way, state), cost in costs.items()]
    load("submit-cost").compare(rows)
    assert [row.get("ofBestPeer") for row in rows] == [None, "-", 2.0, 8.0, 0.12]
    assert [row["ofPlain"] for row in rows] == [1.0, 0.6, 0.1, 0.4, 0.05]


def test_a_compile_loses_its_output_and_its_dependency_file():
    words = "g++ -MD -MT a.o -MF a.d -O2 -o a.o -c a.cpp".split()
    assert without_output(words) == ("g++", "-O2", "-c", "a.cpp")


def test_lengths_of_the_include_server_are_those_of_python():
    text = "  int in_len;\nOsPathJoin(int x)\n{\n  int len;\n}\nother()\n{\n  int len;\n}\n"
    assert pump.with_lengths_of_python(text) == "  Py_ssize_t in_len;\nOsPathJoin(int x)\n{\n  Py_ssize_t len;\n}\nother()\n{\n  int len;\n}\n"


@pytest.mark.root
def test_a_group_counts_the_cpu_time_of_its_processes():
    group = groups.Group("test")
    try:
        subprocess.run([*group.prefix(), "sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i + 1)); done"], check=True)
        assert group.cpu_millis() > 0
        left = subprocess.Popen([*group.prefix(), "sleep", "infinity"])
        eventually(group.processes, "the command is not in the group")
    finally:
        group.close()
    assert left.wait() < 0 and not group.directory.exists()


@pytest.mark.needs("gcc")
def test_wrapper_cost(install, tmp_path):
    done = run("wrapper-cost", "--runs", "4", "--floe-cc", install / "bin/floe-cc", "--json", tmp_path / "json")
    assert done.returncode == 0, done.stderr
    figures = json.loads((tmp_path / "json").read_text())
    keys = {"runs", "bare_ms", "wrapped_ms", "cost_ms", "cost_cpu_ms"}
    assert set(figures["version"]) == set(figures["compile"]) == keys and figures["version"]["runs"] == 4 and figures["compile"]["runs"] == 1


@pytest.mark.root
@pytest.mark.slow
@pytest.mark.parametrize("name", SMALL)
def test_small_run(name, tmp_path):
    words, keys = SMALL[name]
    rows, printed = check(name, words, tmp_path / "json")
    assert rows and all(set(row) == keys for row in rows)
    assert printed == tables.lines(rows)


@pytest.mark.root
@pytest.mark.slow
@pytest.mark.board
def test_small_cross_compile(tmp_path):
    rows, _ = check("cross-compile", "--project tiny --files 2", tmp_path / "json")
    assert [row["way"] for row in rows] == ["plain", "floe", "join"]
    assert rows[1]["differ"] == 0 and rows[1]["remote"] == 2


@pytest.mark.builds
@pytest.mark.slow
def test_small_configure(tmp_path):
    need("dpkg-source")
    rows, _ = check("configure", "--rounds 1 without floe", tmp_path / "json")
    assert [row["way"] for row in rows] == ["without", "floe"]


@pytest.mark.slow
def test_small_client(install, tmp_path):
    done = run("client", "--prefix", install, "--runs", "10", "--jobs", "2", "--json", tmp_path / "json")
    assert done.returncode == 0, done.stderr
    assert {"nodes", "jobs", "stats", "memory_kib"} == set(json.loads((tmp_path / "json").read_text()))


@pytest.mark.builds
@pytest.mark.slow
def test_small_observer_cost(tmp_path):
    need("dpkg-source")
    rows, _ = check("observer-cost", "--pairs 1", tmp_path / "json")
    assert [row["file"] for row in rows] == ["lua", "libprotobuf"] and all(row["times"] > 0 for row in rows)


@pytest.mark.builds
@pytest.mark.slow
def test_metrics():
    done = run("metrics")
    assert done.returncode == 0 and "rendering" in done.stdout, done.stdout + done.stderr
