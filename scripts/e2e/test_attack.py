"""The attack suite in its long form: programs inside the sandbox, races, bounds, hostile offers, floods, strangers and archives. The tests of the
modules have its short form."""

import pathlib
import re
import subprocess

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.builds]

ATTACK = pathlib.Path(__file__).resolve().parent.parent / "attack"


def test_attacks_do_no_harm():
    done = subprocess.run([ATTACK, "--long"], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
    groups = re.findall(r"^(.*): ([0-9]+) tried, ([0-9]+) refused, ([0-9]+) harmful$", done.stdout, re.MULTILINE)
    assert groups and done.returncode == 0, done.stdout
    for group, tried, refused, harmful in groups:
        assert int(tried) > 0 and harmful == "0", f"{group}: {refused} of {tried} refused, {harmful} harmful"
