"""Two builds of the last commit, and all packages made from them, are equal in every byte."""

import pathlib
import re

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.builds]

PROJECT = pathlib.Path(__file__).resolve().parents[2]


@pytest.mark.needs("rpmbuild", "umoci", "zstd")
def test_two_builds_are_equal(alone):
    if alone.run(["git", "-C", PROJECT, "rev-parse", "--quiet", "--verify", "HEAD"]).code != 0:
        pytest.skip("this is no git repository")
    said = alone.run([PROJECT / "scripts/reproducible", "--packages"]).check()
    assert re.fullmatch("[0-9]{2,} files equal", said.lines[-1])
    made = re.findall(r"^(?:.*: )?(floe\S+): [0-9]+ KiB$", said.text + said.error_text, re.MULTILINE)
    assert len(made) >= 2 * 8, made
