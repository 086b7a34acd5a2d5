"""Runs a command and kills processes below it at random.

kill_randomly.py COUNT DONE SPARED COMMAND...   makes the file DONE after so many kills
The command itself is left alone, and so is the process below it that writes its number into the file SPARED before it starts others.
SEED chooses the processes (printed).
"""

import os
import random
import signal
import subprocess
import sys
import time


def children(process):
    found = []
    try:
        for thread in os.listdir(f"/proc/{process}/task"):
            with open(f"/proc/{process}/task/{thread}/children", encoding="ascii") as file:
                found += [int(word) for word in file.read().split()]
    except OSError:
        pass
    return found


def below(process):
    return [each for child in children(process) for each in [child, *below(child)]]


def numbers_in(name):
    """Those in a file whose last line is complete."""
    try:
        with open(name, encoding="ascii") as file:
            return [int(line) for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return []


def kill_one(spared, command):
    targets = [process for process in below(command) if process not in spared]
    if not targets:
        return None
    target = random.choice(targets)
    try:
        with open(f"/proc/{target}/stat", encoding="utf-8") as file:
            name, state = file.read().split("(", 1)[1].rsplit(")", 1)
        if state.split()[0] in "ZX":
            return None
        os.kill(target, signal.SIGKILL)
    except OSError:
        return None
    return name


def main():
    count, done, spared_file, *command = sys.argv[1:]
    seed = os.environ.get("SEED") or str(random.SystemRandom().randrange(1 << 32))
    random.seed(seed)
    process = subprocess.Popen(command)
    while not (spared := numbers_in(spared_file)) and process.poll() is None:
        time.sleep(0.01)
    killed = {}
    while sum(killed.values()) < int(count) and process.poll() is None:
        name = kill_one(spared, process.pid)
        if name:
            killed[name] = killed.get(name, 0) + 1
        time.sleep(random.uniform(0, 0.02))
    with open(done, "w", encoding="ascii"):
        pass
    print(f"seed {seed}: killed", ", ".join(f"{number} {name}" for name, number in sorted(killed.items())), flush=True)
    sys.exit(process.wait())


if __name__ == "__main__":
    main()
