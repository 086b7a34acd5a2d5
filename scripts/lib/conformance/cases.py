"""The table of cases: what is run, with which compilers, and where each of its commands must run.

A line is `NAME COMPILERS PLACES COMMAND`. A file's first line is the title of its topic, `== TITLE`; `#` begins a comment; a line that
ends with a backslash goes on in the next one.

  COMPILERS  both: once with gcc and once with clang; gcc, clang: with that one; any: the command names its own
  PLACES     one word for each command that goes through the wrapper, in order, with commas between: `remote`, or `local:` and words of
             the reason with dashes for spaces; `none` when the node is not to hear of any
  COMMAND    for bash, in a fresh copy of the directory tree; $CC and $CXX are the compilers, $F the wrapper alone (see shell.sh)

Lines `varies CASES FILES WHY` in the file varies.table list what differs between two runs of the plain compiler.
"""

import fnmatch
import os
import re
import shutil
from dataclasses import dataclass

COMPILERS = {"both": ("gcc", "clang"), "gcc": ("gcc",), "clang": ("clang",), "any": ("",)}


class BadTable(Exception):
    """A line of the table that cannot be read."""


@dataclass(frozen=True)
class Case:
    """One command with one compiler; places is empty where any will do, which only the generated commands use."""

    topic: str
    line_name: str  # with the name of its file before it
    compiler: str
    places: tuple
    command: str

    @property
    def name(self):
        return f"{self.line_name}/{self.compiler}" if self.compiler else self.line_name

    def missing(self):
        """A program that it names and this machine lacks; None if there is none."""
        named = re.findall(r"(?<![\w./-])(?:ccache|musl-gcc|(?:x86_64-w64-mingw32|aarch64-linux-gnu|mips-linux-gnu|arm-none-eabi)-(?:gcc|g\+\+)|(?:x86_64-linux-gnu-)?(?:gcc|g\+\+)-\d+|(?:clang|clang\+\+|llvm-profdata|llvm-lto)-\d+)(?![\w-])", self.command)
        return next((name for name in named if shutil.which(name) is None), None)

    def compiles(self):
        """Whether it makes an object or assembly of a source."""
        return re.search(r"(^|\s)(-c|-S|--compile|--assemble)(\s|$)", self.command) is not None

    def runs_remotely(self):
        return "remote" in self.places


@dataclass(frozen=True)
class Variation:
    """What two runs of the plain compiler do not make alike."""

    cases: str
    files: str
    why: str

    def covers(self, case, path):
        return fnmatch.fnmatchcase(case.name, self.cases) and fnmatch.fnmatchcase(path, self.files)


def lines_of(path):
    """The lines with something in them, continued ones in one, each with its number."""
    whole, start = "", 0
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            line = line.rstrip("\n")
            if not whole:
                start = number
                if not line.strip() or line.startswith("#"):
                    continue
            if line.endswith("\\"):
                whole += line[:-1]
                continue
            yield start, whole + line
            whole = ""


def parse(path):
    """The cases of one file."""
    topic, names = "", set()
    room = re.sub(r"^[0-9]+-|\.cases$", "", os.path.basename(path))
    for number, line in lines_of(path):
        where = f"{os.path.basename(path)}:{number}"
        if line.startswith("== "):
            topic = line[3:].strip()
            continue
        columns = line.split(None, 3)
        if not topic or len(columns) != 4 or columns[1] not in COMPILERS:
            raise BadTable(f"{where}: a line is NAME COMPILERS PLACES COMMAND, below a line == TITLE")
        name, compilers, places, command = columns
        places = () if places == "none" else tuple(places.split(","))
        if any(place != "remote" and not place.startswith("local:") for place in places):
            raise BadTable(f"{where}: a place is remote or local:REASON, or all is none")
        for compiler in COMPILERS[compilers]:
            case = Case(topic, f"{room}/{name}", compiler, places, command)
            if case.name in names:
                raise BadTable(f"{where}: there is another case {case.name}")
            names.add(case.name)
            yield case


def load(directory):
    """All cases, in the order of the files' names and lines."""
    names = sorted(name for name in os.listdir(directory) if name.endswith(".cases"))
    return [case for name in names for case in parse(os.path.join(directory, name))]


def load_variations(directory):
    """What is known to vary."""
    found = []
    for number, line in lines_of(os.path.join(directory, "varies.table")):
        columns = line.split(None, 3)
        if len(columns) != 4 or columns[0] != "varies":
            raise BadTable(f"varies.table:{number}: a line is varies CASES FILES WHY")
        found.append(Variation(*columns[1:]))
    return found
