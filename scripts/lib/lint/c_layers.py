"""Checks that the wrapper's C has layers; prints a line for each finding and ends with 1 if there is one.

  c_layers.py README...

A README has blocks of layers, the highest first, each with the files of its layer without .c and .h:

    ```layers [DIRECTORY]
    NAME: FILE FILE...
    ```

Every .c and .h file in DIRECTORY (the README's own without one) must be in one layer. A file uses another if it includes its header or uses a symbol
that the other defines, whatever header declares it. It must not use a file of a higher layer, and no files may use each other in a circle.
"""

import graphlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"^```layers *(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INCLUDE = re.compile(r'^#include "(\w+)\.h"', re.MULTILINE)
COMPILER = ["gcc", "-std=gnu11", "-O0", "-D_GNU_SOURCE", '-DFLOE_VERSION=""', "-fno-builtin", "-c"]


def layers_of(block):
    """The number of each file's layer, 0 for the lowest, and the layers' names from the lowest."""
    names, files = [], []
    for line in block.splitlines():
        name, colon, more = line.rpartition(":")
        if colon:
            names.append(name.strip())
            files.append([])
        files[-1] += more.split()
    levels = {}
    for level, layer in enumerate(reversed(files)):
        for file in layer:
            if file in levels:
                raise SystemExit(f"{file} is in two layers")
            levels[file] = level
    return levels, names[::-1]


def symbols(sources, work):
    """The global symbols that each file defines, and those that it uses."""
    defined, used = {}, {}
    running = []
    for source in sources:
        program = work / f"{source.stem}.o"
        running.append((source.stem, program, subprocess.Popen([*COMPILER, "-o", program, source])))
    for stem, program, compiler in running:
        if compiler.wait() != 0:
            raise SystemExit(f"{stem}.c does not compile")
        for line in subprocess.run(["nm", "-g", "-P", program], check=True, capture_output=True, text=True).stdout.splitlines():
            symbol, kind = line.split()[:2]
            (used if kind in "Uwv" else defined).setdefault(stem, set()).add(symbol)
    return defined, used


def uses(directory):
    """For each file those that it uses, and by what."""
    found = {}
    for file in sorted([*directory.glob("*.c"), *directory.glob("*.h")]):
        for included in INCLUDE.findall(file.read_text()):
            if included != file.stem:
                found.setdefault(file.stem, {}).setdefault(included, set()).add(f"the include in {file.name}")
    with tempfile.TemporaryDirectory() as work:
        defined, used = symbols(sorted(directory.glob("*.c")), Path(work))
    owner = {symbol: stem for stem, all_of_it in defined.items() for symbol in all_of_it}
    for stem, wanted in used.items():
        for symbol in wanted:
            if owner.get(symbol, stem) != stem:
                found.setdefault(stem, {}).setdefault(owner[symbol], set()).add(f"{symbol}()")
    return found


def check(directory, block):
    levels, names = layers_of(block)
    files = {path.stem for path in directory.glob("*.[ch]")}
    findings = [f"{directory}/{name}: is in no layer of the README" for name in sorted(files - levels.keys())]
    findings += [f"{directory}/{name}: is in the README and not there" for name in sorted(levels.keys() - files)]
    found = uses(directory)
    for user, parts in sorted(found.items()):
        for part, reasons in sorted(parts.items()):
            if levels.get(part, 0) > levels.get(user, 0):
                findings.append(
                    f"{directory}/{user}: uses {part} of a higher layer"
                    f" ({names[levels[user]]} -> {names[levels[part]]}): {', '.join(sorted(reasons))}"
                )
    try:
        graphlib.TopologicalSorter({user: set(parts) for user, parts in found.items()}).prepare()
    except graphlib.CycleError as circle:
        findings.append(f"{directory}: a circle: {' -> '.join(reversed(circle.args[1]))}")
    return findings


def main(readmes):
    findings = []
    for readme in map(Path, readmes):
        blocks = BLOCK.findall(readme.read_text())
        if not blocks:
            findings.append(f"{readme}: has no block of layers")
        for name, block in blocks:
            findings += check(readme.parent / name, block)
    print("".join(f"{finding}\n" for finding in findings), end="")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
