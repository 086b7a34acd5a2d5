"""interrupt.py SIGNAL NAME COMMAND...: sends the signal to the command once a compiler proper is at work on a file of that name.

The exit code is the command's, as a shell gives it. It fails if afterwards a compiler is still at work on the file.
"""

import glob
import os
import signal
import subprocess
import sys
import time

PATIENCE_SECONDS = 60


def compilers_at(name):
    """The processes of a compiler proper that work on the file, wherever they run."""
    found = []
    for path in glob.glob("/proc/[0-9]*/cmdline"):
        try:
            with open(path, "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        program = os.path.basename(words[0])
        listing = b"-M" in words  # the wrapper's own question before the compile
        if any(word.endswith(name.encode()) for word in words) and program.startswith((b"cc1", b"clang")) and not listing:
            found.append(int(path.split("/")[2]))
    return found


def until(condition):
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def main(which, name, command):
    number = getattr(signal, "SIG" + which)
    # What runs in the background of a shell has been told to ignore interrupts, and would tell the compiler.
    signal.signal(number, signal.SIG_DFL)
    process = subprocess.Popen(command, start_new_session=True)
    if not until(lambda: compilers_at(name) or process.poll() is not None) or process.poll() is not None:
        sys.exit(f"no compiler was seen at work on {name}")
    os.killpg(process.pid, number)
    code = process.wait()
    if not until(lambda: not compilers_at(name)):
        sys.exit(f"a compiler is still at work on {name}")
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
