"""Power cuts: runs of scripts/power-loss, a short and a long one."""

import os
import pathlib
import subprocess

import pytest

POWER_LOSS = pathlib.Path(__file__).resolve().parent.parent / "power-loss"
NIGHTLY_CUTS = os.environ.get("FLOE_E2E_POWER_CUTS", "200")

pytestmark = [pytest.mark.root, pytest.mark.needs("mkfs.ext4", "losetup", "gcc", "unshare")]


def run(install, *options):
    if not os.path.exists("/dev/fuse"):
        pytest.skip("there is no FUSE here")
    done = subprocess.run([POWER_LOSS, *options], env={**os.environ, "FLOE_PREFIX": str(install)}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    assert done.returncode == 0, done.stdout[-4000:]
    assert "problems: 0" in done.stdout
    return dict(line.split(": ", 1) for line in done.stdout.splitlines() if ": " in line)


@pytest.mark.slow
def test_three_cuts(install):
    """A node starts after each, and results that were kept a second before are there."""
    figures = run(install, "--seed", "1", "--cuts", "3", "--seconds", "15")
    assert (figures["cuts"], figures["started"]) == ("3", "3")
    assert int(figures["compiles"]) > 0


@pytest.mark.slow
def test_many_cuts(install):
    """A new seed each night; the output names it."""
    figures = run(install, "--cuts", NIGHTLY_CUTS)
    assert int(figures["promised"]) > 0
    assert int(figures["cached"]) > 0
