"""Compares, byte by byte, what two builds of one project have made.

  compare.py PROJECT LAUNCHER PLAIN OTHER
      prints "COMPARED DIFFERING EXCUSED" and, on the error stream, each file that differs or is in one only

Compared are objects, archives, libraries, programs, everything that a compiler writes beside an object, and what expected.py adds for
the project; in texts the words of the launcher ("" for none) count for nothing. What CMake and Meson leave from probing the
compiler while they configure is not part of the build. EXCUSED are those that differ between two plain builds as well.
"""

import filecmp
import os
import sys

import expected

SUFFIXES = (".o", ".d", ".dwo", ".a", ".so", ".gcno", ".su", ".ii", ".i", ".s", ".gch", ".pch", ".ci", ".opt.yaml")
MAGICS = (b"\x7fELF", b"!<arch>", b"!<thin>")
SKIPPED_DIRECTORIES = {"CompilerIdC", "CompilerIdCXX", "CMakeScratch", "CMakeTmp", "meson-private", "debian", ".git"}


def is_product(path):
    if path.endswith(SUFFIXES):
        return True
    with open(path, "rb") as file:
        return file.read(7).startswith(MAGICS)


def products(root, project):
    """The relative paths of what is compared below a directory."""
    found = set()
    for directory, subdirectories, names in os.walk(root):
        subdirectories[:] = [name for name in subdirectories if name not in SKIPPED_DIRECTORIES]
        for name in names:
            path = os.path.join(directory, name)
            relative = os.path.relpath(path, root)
            if os.path.isfile(path) and not os.path.islink(path) and (expected.is_compared(project, relative) or is_product(path)):
                if not name.startswith("CMakeDetermineCompilerABI"):
                    found.add(relative)
    return found


def read(root, path):
    with open(os.path.join(root, path), "rb") as file:
        return file.read()


def canonical(root, path, launcher):
    """The content without what differs from build to build and is known to: the launcher in a text, gcc's stamp of coverage notes."""
    content = read(root, path)
    stem, suffix = os.path.splitext(path)
    if suffix in (".gcno", ".o") and os.path.exists(os.path.join(root, stem + ".gcno")):
        stamp = read(root, stem + ".gcno")[expected.COVERAGE_STAMP]
        return content.replace(stamp, bytes(len(stamp)))
    return content if content.startswith(MAGICS) else expected.canonical(path, content, launcher)


def are_equal(path, plain, other, launcher):
    if filecmp.cmp(os.path.join(plain, path), os.path.join(other, path), shallow=False):
        return True
    return canonical(plain, path, launcher) == canonical(other, path, launcher)


def main(arguments):
    if len(arguments) != 4:
        sys.exit(__doc__.strip())
    project, launcher, plain, other = arguments
    in_plain, in_other = products(plain, project), products(other, project)
    differing = excused = 0
    for path in sorted(in_plain | in_other):
        if path not in in_other:
            problem = "is missing"
        elif path not in in_plain:
            problem = "is not made by the plain build"
        elif are_equal(path, plain, other, launcher):
            continue
        elif expected.excuse(project, path):
            excused += 1
            continue
        else:
            problem = "differs"
        differing += 1
        print(f"{path} {problem}", file=sys.stderr)
    print(len(in_plain), differing, excused)


if __name__ == "__main__":
    main(sys.argv[1:])
