"""What scripts in Python share with those in bash: their help, the Floe under test, a directory that goes at the end."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SCRIPTS = pathlib.Path(__file__).resolve().parents[2]


def help_text(script):
    """The comment at the head of a script."""
    lines = pathlib.Path(script).read_text().splitlines()[1:]
    end = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    return "\n".join(line[2:] for line in lines[:end])


def installed():
    """The prefix of the Floe under test; built and installed where FLOE_PREFIX names none."""
    script = '. "$0/lib/common.sh" && . "$0/lib/mesh.sh" && ensure_floe >&2 && echo "$FLOE_PREFIX"'
    done = subprocess.run(["bash", "-euc", script, SCRIPTS], check=True, stdout=subprocess.PIPE, text=True)
    return pathlib.Path(done.stdout.strip())


@contextlib.contextmanager
def work_directory(name):
    """Kept with FLOE_KEEP=1, which may be set meanwhile."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix=f"floe-{name}.")).resolve()
    try:
        yield directory
    finally:
        if os.environ.get("FLOE_KEEP") == "1":
            print(f"kept: {directory}", file=sys.stderr)
        else:
            shutil.rmtree(directory, ignore_errors=True)
