"""How many commands of a build run at which time, by what the processes of groups are called.

busy_slots.py watch NAME GROUP...          until it is ended prints a line 20 times a second: the time, and for each directory of a
                                           cgroup how many processes of that name are in it
busy_slots.py reached FILE COLUMN N SINCE  prints after how many seconds the column was N or more
busy_slots.py fell FILE COLUMN N SINCE     prints after how many seconds the column was N or less, and stayed there
busy_slots.py most FILE COLUMN SINCE       prints the most
Columns count from 1; 0 is the sum. Exit code 1 if it never happened.
"""

import os
import sys
import time


def count(group, name):
    found = 0
    try:
        with open(os.path.join(group, "cgroup.procs"), encoding="ascii") as processes:
            for process in processes:
                try:
                    with open(f"/proc/{process.strip()}/comm", encoding="utf-8") as comm:
                        found += comm.read().rstrip("\n") == name
                except OSError:
                    pass
    except OSError:
        pass
    return found


def watch(name, *groups):
    while True:
        now = time.time()
        print(f"{now:.3f}", *(count(group, name) for group in groups), flush=True)
        time.sleep(max(0.0, now + 0.05 - time.time()))


def samples(file, column, since):
    with open(file, encoding="ascii") as lines:
        for line in lines:
            words = line.split()
            at, counts = float(words[0]), [int(word) for word in words[1:]]
            if at >= float(since) and counts:
                yield at - float(since), sum(counts) if int(column) == 0 else counts[int(column) - 1]


def reached(file, column, least, since):
    for at, busy in samples(file, column, since):
        if busy >= int(least):
            return at
    return None


def fell(file, column, most, since):
    found = None
    for at, busy in samples(file, column, since):
        if busy > int(most):
            found = None
        elif found is None:
            found = at
    return found


def main():
    what, *rest = sys.argv[1:]
    if what == "watch":
        watch(*rest)
    elif what == "most":
        print(max((busy for _, busy in samples(*rest)), default=0))
    else:
        after = {"reached": reached, "fell": fell}[what](*rest)
        if after is None:
            sys.exit(1)
        print(f"{after:.2f}")


if __name__ == "__main__":
    try:
        main()
    except (KeyboardInterrupt, BrokenPipeError):
        pass
