"""A job sees the submitter's files and nothing of the executor's machine; a node that cannot shut jobs in takes none, and says why."""

import os
import pathlib
import re
import subprocess

import pytest
from harness import processes
from harness.machine import eventually, is_root

UNSHARE = ["unshare", "--mount", *([] if is_root() else ["--map-root-user"])]
MEBIBYTE = 1 << 20


@pytest.fixture(scope="module")
def mesh(make_mesh):
    """One executor."""
    mesh = make_mesh("sandbox", 2, prepared=True).start()
    yield mesh
    mesh.stop()


@pytest.fixture(scope="module")
def place(mesh, work):
    """A stand-in for an executor on another machine: node 2 has files in this directory, which is empty for the submitter."""
    if subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("node 2 cannot be given a file system of its own here")
    secret, place = work / "secret", work / "place"
    secret.mkdir()
    place.mkdir()
    (secret / "secret.h").write_text("int secret_of_the_executor = 4711;\n")
    (secret / "secret.bin").write_text("secret-of-the-executor")
    mesh[2].restart(*UNSHARE, "sh", "-c", 'mount --bind "$0" "$1" && shift && exec "$@"', secret, place)
    mesh.await_complete()
    yield place
    mesh[2].restart()
    mesh.await_complete()


@pytest.fixture
def secret(case, place):
    """The directory whose files the executor has and the submitter has not."""
    seen = pathlib.Path(f"/proc/{case.mesh[2].pid}/root{place}/secret.h")
    assert "4711" in seen.read_text(), "the executor has no secret; the case proves nothing"
    assert not (place / "secret.h").exists(), "the submitter sees it too"
    return place


def expect_hidden(case, needle):
    """Whatever came of it, nothing that the submitter got has this text."""
    for path in case.tree.rglob("*"):
        assert not path.is_file() or needle not in path.read_bytes(), f"the submitter got what the executor has: {path}"
    assert needle not in case.floe_result.out + case.floe_result.err


def expect_first_attempt(case, source, result):
    """What came of a source on node 2."""
    record = case.await_record(lambda job: job.get("source", "").endswith(source), f"no record of {source}")
    assert record["attempts"][0]["node"] == "node2" and record["attempts"][0]["result"].startswith(result), record


def test_include_of_the_executors_file(case, secret):
    case.write("a.c", f'#include "{secret}/secret.h"\n')
    case.same("gcc -c a.c")
    expect_hidden(case, b"4711")
    case.write("b.c", f'#if __has_include("{secret}/secret.h")\n#error seen\n#endif\nint x;\n')
    case.same("gcc -c b.c")
    case.expect_remote()
    case.write("c.c", '#include "secret.h"\n')
    case.same(f"gcc -I{secret} -c c.c")
    case.same(f"gcc -include {secret}/secret.h -c b.c")
    case.same(f"gcc -I{secret}/../place -Wmissing-include-dirs -c b.c")


# Names that no scan of the text finds: only the sandbox hides the file.
def split_incbin(path, at):
    return f'__asm__(".data\\n.inc" "bin \\"{path[:at]}" "{path[at:]}\\"\\n");\n'


def test_assembler_reads_the_executors_file(case, secret):
    case.write("a.c", split_incbin(f"{secret}/secret.bin", -7))
    case.same("gcc -c a.c")
    expect_hidden(case, b"secret-of-the-executor")
    expect_first_attempt(case, "a.c", "exit 1")
    case.write("b.c", f'__asm__(".inc" "lude \\"{secret}/sec" "ret.h\\"\\n");\n')
    case.same("gcc -c b.c")
    expect_hidden(case, b"4711")


@pytest.mark.root
def test_assembler_reads_the_executors_shadow_passwords(case):
    """The node could, as root."""
    case.write("a.c", split_incbin("/etc/shadow", 8))
    case.through([case.cc, "gcc", "-c", "a.c"])
    expect_first_attempt(case, "a.c", "exit 1")


def test_assembler_reads_the_executors_passwords(case):
    case.write("b.c", split_incbin("/etc/passwd", 8))
    case.same("gcc -c b.c")
    expect_first_attempt(case, "b.c", "missed /etc/passwd")  # and then the submitter's own was sent


def test_output_beside_the_executors_files(case, secret):
    case.write("a.c", "int x;\n")
    case.same(f"gcc -c a.c -o {secret}/a.o")
    held = os.listdir(f"/proc/{case.mesh[2].pid}/root{secret}")
    assert sorted(held) == ["secret.bin", "secret.h"], "the job wrote into the executor's file system"
    (secret / "a.o").unlink()
    case.same(f"gcc -c a.c -MD -MF {secret}/{os.path.relpath(case.tree, secret)}/a.d")


def test_many_processes_of_the_same_user(case):
    """The limit on processes is the job's own, however many the user of the executor runs."""
    for _ in range(150):
        case.start("sleep 600")
    case.write("a.c", "int x = 150;\n")
    case.same("gcc -c a.c")
    case.expect_remote()


def test_a_flood_of_warnings(case):
    case.write("flood.c", "".join(f"static int unused_{i}(void) {{ int nothing_{i}; return; }}\n" for i in range(1, 4001)))
    case.same("gcc -Wall -fmax-errors=0 -Wno-error -c flood.c")
    assert len(case.floe_result.err) > 2 * MEBIBYTE, "no flood"
    case.expect_remote()


def test_a_large_object(case):
    case.write("large.bin", os.urandom(60_000_000))
    case.write("large.c", '__asm__(".data\\n.incbin \\"large.bin\\"\\n");\n')
    case.same("gcc -c large.c")
    case.expect_remote()


def test_many_side_files(case):
    case.write("a.c", "".join(f"int f{i}(void) {{ return {i}; }}\n" for i in range(1, 301)))
    case.same("gcc -O2 -fdump-tree-all -fdump-rtl-all -c a.c")
    case.expect_remote()
    assert len(list(case.tree.rglob("*"))) > 100, "too few files to tell anything"


def test_nothing_is_left_behind(case):
    jobs = case.mesh[2].data / "jobs"
    case.write("a.c", "int x;\n")
    case.same("gcc -c a.c")
    case.expect_remote()
    eventually(lambda: os.listdir(jobs) == ["trees"], lambda: f"trees of jobs are left: {os.listdir(jobs)}")
    left = [pid for pid in processes.with_word(str(case.mesh.dir)) if processes.name_of(pid) == "floe-run"]
    assert not left, f"sandboxes are left: {left}"


# A user namespace in which no further one can be made, as on a machine that forbids them.
WITHOUT_NAMESPACES = ("unshare", "--user", "--map-root-user", "sh", "-c", 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$@"', "sh")


def restart_without_namespaces(case):
    case.cleanup.callback(case.mesh.await_complete)
    case.cleanup.callback(case.mesh[2].restart)
    case.mesh[2].restart(*WITHOUT_NAMESPACES)
    eventually(lambda: len(case.mesh.listing()["nodes"]) == 2, lambda: case.mesh.run("nodes").text)


def expect_nothing_offered(case, pattern):
    """Node 2 takes no jobs and says why to all; what is submitted there and here compiles as ever."""
    eventually(lambda: re.search(f"^node2 .*not executing: .*{pattern}", case.floe("nodes").text, re.MULTILINE), lambda: case.floe("nodes").text)
    node = next(node for node in case.mesh.listing()["nodes"] if node["name"] == "node2")
    assert not node["executes"] and node["why"]
    case.write("a.c", "int x;\n")
    case.same("gcc -c a.c")
    case.expect_local("no remote executor is available")
    case.same("gcc -c a.c", FLOE_SOCKET=case.mesh[2].socket)


def test_user_namespaces_forbidden(case):
    restart_without_namespaces(case)
    expect_nothing_offered(case, "namespace.*sysctl")
    case.mesh[2].restart()
    case.mesh.await_complete()
    case.write("a.c", "int x;\n")
    case.same("gcc -c a.c")
    case.expect_remote()


def test_a_runner_that_breaks_later(case):
    """It fails while the node runs: jobs fail there, and end well."""
    case.cleanup.callback(case.mesh.await_complete)
    case.cleanup.callback(case.mesh[2].restart)
    runner = case.mesh[2].data / "floe-run"
    case.write("a.c", "int x;\n")
    case.same("gcc -c a.c")
    case.expect_remote()
    runner.unlink()
    case.same("gcc -c a.c")
    case.expect_local("node2")
    for script in ("exit 1", "exit 0"):
        runner.unlink(missing_ok=True)
        runner.write_text(f"#!/bin/sh\n{script}\n")
        runner.chmod(0o755)
        case.same("gcc -c a.c")
        case.expect_local("node2")
