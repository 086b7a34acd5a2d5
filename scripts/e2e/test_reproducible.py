"""Two builds of the last commit are equal in every byte."""

import pathlib
import re

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.builds]

PROJECT = pathlib.Path(__file__).resolve().parents[2]


def test_two_builds_are_equal(alone):
    if alone.run(["git", "-C", PROJECT, "rev-parse", "--quiet", "--verify", "HEAD"]).code != 0:
        pytest.skip("this is no git repository")
    said = alone.run([PROJECT / "scripts/reproducible"]).check()
    assert re.fullmatch("[0-9]{2,} files equal", said.lines[-1])
