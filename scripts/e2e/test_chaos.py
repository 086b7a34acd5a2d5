"""Builds go on under faults: runs of scripts/chaos, a short and a long one."""

import hashlib
import os
import pathlib
import struct
import subprocess
import sys

import pytest

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent / "lib"))
from chaos import history  # noqa: E402

CHAOS = pathlib.Path(__file__).resolve().parent.parent / "chaos"
SEED = "1"
NIGHTLY_JOBS = os.environ.get("FLOE_E2E_CHAOS_JOBS", "3000")

pytestmark = [pytest.mark.root, pytest.mark.needs("ip", "tc", "nsenter")]


def run(install, *options):
    done = subprocess.run([CHAOS, *options], env={**os.environ, "FLOE_PREFIX": str(install)}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


@pytest.mark.slow
def test_two_faults(install):
    """Each of these happens once. Five nodes that start take the common lane too long on a busy machine."""
    text = run(install, "--seed", SEED, "--jobs", "24", "--every", "8", "--functions", "5", "--faults", "pair,wrappers")
    assert "problems: 0" in text
    for kind in ("pair", "wrappers"):
        assert f"\n{kind} " in text, text


def test_a_seed_repeats_its_schedule():
    """Without a mesh: what a seed determines."""
    script = "import sys; sys.path[:0] = sys.argv[1:]; from chaos.schedule import schedule; print(*schedule(7, ['kill', 'cut', 'disk'], 200, 10), sep='\\n')"
    lines = [subprocess.run(["python3", "-c", script, CHAOS.parent / "lib"], check=True, stdout=subprocess.PIPE, text=True).stdout for _ in range(2)]
    assert lines[0] == lines[1]
    assert lines[0].count("\n") == 19


def result(maker, output, name=b"/x.o"):
    """As a node keeps one: no output, no errors, one small file, and who has made it."""
    def array(contents):
        return struct.pack(">I", len(contents)) + contents

    none = b"\0" + array(b"")
    encoded = b"\1" + none + none + struct.pack(">I", 1) + array(name) + struct.pack(">I", 0o644) + b"\0" + array(output) + array(b"") + array(maker) + bytes(8)
    return hashlib.sha256(encoded).digest() + encoded


def test_the_history_finds_different_results_under_one_key():
    """Another maker is no difference; a damaged file is dropped by its node, and advisories change."""
    one, other, key = result(b"a", b"object"), result(b"b", b"object"), "0" * 64
    assert history.under_wrong_keys([("a", key, one), ("b", key, other)]) == []
    assert history.under_wrong_keys([("a", key, one), ("b", key, result(b"b", b"another")[:-1])]) == []
    assert history.under_wrong_keys([("a", key, result(b"a", b"1", b"/note")), ("b", key, result(b"a", b"2", b"/note"))]) == []
    assert history.under_wrong_keys([("a", key, one), ("b", "1" * 64, result(b"b", b"another"))]) == []
    found = history.under_wrong_keys([("a", key, one), ("b", key, other), ("c", key, result(b"c", b"another"))])
    assert found == ["key 000000000000: a and c hold different results"]


@pytest.mark.slow
def test_all_faults(install):
    """A new seed each night; the output names it."""
    run(install, "--jobs", NIGHTLY_JOBS, "--functions", "20")
