"""Each decoder is fuzzed for a short while; scripts/fuzz does it for longer.

  FLOE_FUZZ_SECONDS=N   for each target (20)
"""

import os
import pathlib
import re
import subprocess

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.builds]

FUZZ = pathlib.Path(__file__).resolve().parent.parent / "fuzz"


def test_decoders():
    seconds = os.environ.get("FLOE_FUZZ_SECONDS", "20")
    done = subprocess.run([FUZZ, "--seconds", seconds], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert re.search("^ok ", done.stdout, re.MULTILINE) and not re.search("^not ok ", done.stdout, re.MULTILINE), done.stdout
