"""Compares, byte by byte, what two builds of one project have made.

Compared are objects, archives, libraries, programs, everything that a compiler writes beside an object, and what expected.py adds for
the project; in texts the words of the launcher ("" for none) count for nothing. What CMake and Meson leave from probing the
compiler while they configure is not part of the build. Excused are those that differ between two plain builds as well.
"""

import filecmp
import os
import pathlib
from dataclasses import dataclass

from project_builds import expected

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


@dataclass(frozen=True)
class Comparison:
    """How many files were compared, which of them differ and how, and how many others are excused."""

    compared: int
    problems: tuple[str, ...]
    excused: int

    @property
    def differing(self) -> int:
        return len(self.problems)

    def is_good(self) -> bool:
        return self.compared > 0 and not self.problems


def compare(project: str, launcher: str, plain: pathlib.Path, other: pathlib.Path) -> Comparison:
    in_plain, in_other = products(plain, project), products(other, project)
    problems, excused = [], 0
    for path in sorted(in_plain | in_other):
        if path not in in_other:
            problems.append(f"{path} is missing")
        elif path not in in_plain:
            problems.append(f"{path} is not made by the plain build")
        elif not are_equal(path, plain, other, launcher):
            if expected.excuse(project, path):
                excused += 1
            else:
                problems.append(f"{path} differs")
    return Comparison(len(in_plain), tuple(problems), excused)
