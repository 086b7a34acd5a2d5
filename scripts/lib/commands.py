"""Makes a list of single compiles of a CMake build: one shell command a line, as xargs can run them side by side.

  commands.py BUILD-DIRECTORY PREFIX OUTPUT-DIRECTORY [PATTERN]

Each compile writes to OUTPUT-DIRECTORY instead of the place that CMake chose, and is called behind the words of PREFIX (which may be
empty). PATTERN chooses commands by a regular expression.
"""

import json
import os
import re
import shlex
import sys


def main(build, prefix, output, pattern="."):
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        entries = json.load(file)
    os.makedirs(output, exist_ok=True)
    for number, entry in enumerate(e for e in entries if re.search(pattern, e["command"])):
        words = shlex.split(entry["command"])
        kept, skip = [], False
        for word in words:
            if skip:
                skip = False
            elif word in ("-o", "-MF", "-MT"):
                skip = True
            elif word not in ("-MD", "-MMD"):
                kept.append(word)
        kept += ["-o", os.path.join(output, f"{number}.o")]
        print(f"cd {shlex.quote(entry['directory'])} && exec {prefix} {shlex.join(kept)}")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__.strip())
    main(*sys.argv[1:])
