"""What this machine has, and waiting for what happens on it."""

import functools
import os
import shutil
import subprocess
import time

# How long something that follows at once may take on a machine that is busy. It bounds a case that fails; no case measures time.
PATIENCE_SECONDS = float(os.environ.get("FLOE_E2E_PATIENCE", "60"))
POLL_SECONDS = 0.02
# As whom cases run that root has started and that do not need root: nobody.
ORDINARY_USER = 65534


def have(program):
    return shutil.which(program) is not None


def skip(reason):
    import pytest  # benchmarks use this module without it

    pytest.skip(reason)


def need(*programs):
    """Skips the case where a program is missing."""
    for program in programs:
        if not have(program):
            skip(f"there is no {program} here")


def is_root():
    return os.geteuid() == 0


def need_root():
    if not is_root():
        skip("this needs root")


def need_ordinary_user():
    if is_root():
        skip("this needs an ordinary user who can read this repository")


def eventually(condition, why, patience=PATIENCE_SECONDS):
    """Returns what the condition returns once that is true; `why` is the text of the failure, or makes it."""
    deadline = time.monotonic() + patience
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(why() if callable(why) else why)
        time.sleep(POLL_SECONDS)


@functools.cache
def output_of(*command):
    """What a program of this machine prints, without the line end."""
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()
