"""Prints the compiles of a job log that ran elsewhere as lines for ScanCheck: directory, compiler and arguments, separated by tabs.

  scan_lines.py FILE [FROM_BYTE]
"""

import os
import shutil
import sys

import records


def main(path, start=0):
    for record in records.remote(records.load(path, int(start))):
        words = record["argv"]
        compiler = words[0] if "/" in words[0] else shutil.which(words[0])
        fields = [record["directory"], compiler, *words[1:]]
        if compiler and os.path.isdir(record["directory"]) and not any("\t" in w or "\n" in w for w in fields):
            print("\t".join(fields))


if __name__ == "__main__":
    main(*sys.argv[1:])
