"""Measures what the observer costs a compile: CPU time of a command with it and without, in pairs.

  cost.py LIBRARY PAIRS DIRECTORY COMMAND...

Each pair runs the two one after the other, in an order that alternates. Prints the quotient of the sums and the median difference
in milliseconds.
"""

import os
import statistics
import subprocess
import sys


def cpu_ms(words, directory, environment):
    """User and system time of the command and all its children."""
    process = subprocess.Popen(words, cwd=directory, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status != 0:
        sys.exit(f"{words} failed")
    return (usage.ru_utime + usage.ru_stime) * 1000


def main(library, pairs, directory, words):
    observed = os.environ.get("OBSERVED", "/dev/shm/floe-observed")
    os.makedirs(observed, exist_ok=True)
    record = os.path.join(observed, "record")
    plain = dict(os.environ)
    with_observer = plain | {"LD_PRELOAD": library, "FLOE_OBSERVE": observed}
    times = {False: [], True: []}
    for number in range(int(pairs) + 1):
        for observing in (number % 2 == 0, number % 2 != 0):
            if os.path.exists(record):
                os.remove(record)
            taken = cpu_ms(words, directory, with_observer if observing else plain)
            if number > 0:  # the first pair warms up
                times[observing].append(taken)
    off, on = times[False], times[True]
    differences = [one - other for one, other in zip(on, off)]
    print(f"{sum(on) / sum(off):.4f} times, median of the differences {statistics.median(differences):+.2f} ms, "
          f"medians {statistics.median(off):.1f} and {statistics.median(on):.1f} ms, least {min(off):.1f} and {min(on):.1f} ms")


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__.strip())
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:])
