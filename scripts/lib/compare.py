"""Compares, byte by byte, what two builds of one project have compiled.

  compare.py PLAIN OTHER    prints "COMPARED DIFFERING" and, on the error stream, each file that differs or is in one only

Compared are objects, archives, libraries, programs and everything that a compiler writes beside an object. What CMake leaves from
probing the compiler while it configures is not part of the build.
"""

import filecmp
import os
import sys

SUFFIXES = (".o", ".d", ".dwo", ".a", ".so", ".gcno", ".su", ".ii", ".i", ".s", ".gch", ".pch", ".ci", ".opt.yaml")
MAGICS = (b"\x7fELF", b"!<arch>", b"!<thin>")
SKIPPED_DIRECTORIES = {"CompilerIdC", "CompilerIdCXX", "CMakeScratch", "CMakeTmp", "debian", ".git"}


def is_product(path):
    if path.endswith(SUFFIXES):
        return True
    with open(path, "rb") as file:
        return file.read(7).startswith(MAGICS)


def products(root):
    """The relative paths of what was compiled below a directory."""
    found = set()
    for directory, subdirectories, names in os.walk(root):
        subdirectories[:] = [name for name in subdirectories if name not in SKIPPED_DIRECTORIES]
        for name in names:
            path = os.path.join(directory, name)
            if os.path.isfile(path) and not os.path.islink(path) and is_product(path):
                if not name.startswith("CMakeDetermineCompilerABI"):
                    found.add(os.path.relpath(path, root))
    return found


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__.strip())
    plain, other = arguments
    in_plain, in_other = products(plain), products(other)
    differing = 0
    for path in sorted(in_plain | in_other):
        if path not in in_other:
            problem = "is missing"
        elif path not in in_plain:
            problem = "is not made by the plain build"
        elif not filecmp.cmp(os.path.join(plain, path), os.path.join(other, path), shallow=False):
            problem = "differs"
        else:
            continue
        differing += 1
        print(f"{path} {problem}", file=sys.stderr)
    print(len(in_plain), differing)


if __name__ == "__main__":
    main(sys.argv[1:])
