"""What only the nightly lane has time for: random edits, and builds of real projects in rotation."""

import os
import pathlib
import subprocess
import time

import pytest
from harness.machine import have

pytestmark = pytest.mark.slow

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent
# Chosen so that an edit and its rebuilds, which take about half a second, fill an hour.
STEPS = int(os.environ.get("FLOE_E2E_STEPS", "5000"))
PROJECTS = ["lua5.4", "redis", "libzstd", "re2", "leveldb", "abseil", "protobuf", "sed-autotools", "libevent-autotools", "dav1d-meson", "leveldb-pch",
            "lua-coverage", "lua-clang", "re2-clang", "lzo2-deb", "kernel-tiny", "libzstd-mingw", "re2-mingw", "zlib-musl"]
PROJECTS_A_NIGHT = 3


def run(*words):
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-3000:]


def test_random_edits():
    run(SCRIPTS / "fuzz-rebuilds", "--steps", str(STEPS))


def tonight():
    """All projects in turn, some each night."""
    first = int(time.time() // 86_400) * PROJECTS_A_NIGHT
    return [PROJECTS[(first + number) % len(PROJECTS)] for number in range(PROJECTS_A_NIGHT)]


@pytest.mark.root
@pytest.mark.parametrize("project", tonight())
def test_real_build(project):
    if not have("dpkg-source"):
        pytest.skip("there is no dpkg-source here; scripts/setup build-projects installs what is needed")
    run(SCRIPTS / "build-projects", project)
