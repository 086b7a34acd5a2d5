"""Real projects, whose compiles the benchmarks run as single commands."""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from benchmark import SCRIPTS
from benchmark.options import fail

DOWNLOADS = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path(os.environ.get("HOME", "/tmp")) / ".cache") / "floe"
FETCH = '. "$0/lib/common.sh"; . "$0/lib/debian-source.sh"; "$1" "$2" "$3" >&2'
LUA_FLAGS = "-std=gnu99 -O2 -Wall -Wextra -DLUA_COMPAT_5_3 -DLUA_USE_LINUX -fPIC"
# The library libprotobuf-lite shares sources with libprotobuf and is left out.
PROTOBUF = (r"libprotobuf\.dir/", "-Dprotobuf_BUILD_TESTS=OFF", "-Dprotobuf_BUILD_PROTOC_BINARIES=OFF", "-Dprotobuf_WITH_ZLIB=OFF")
YAML_CPP = (r"yaml-cpp\.dir/", "-DYAML_CPP_BUILD_TESTS=OFF", "-DYAML_CPP_BUILD_TOOLS=OFF")
TINY_FILES = 100
# Options that name what a compile writes; those of dependency files are left out.
WITH_VALUE, WITHOUT_VALUE = ("-o", "-MF", "-MT"), ("-MD", "-MMD")


@dataclass(frozen=True)
class Command:
    """A compile: where it runs, and its words without its output."""

    directory: str
    words: tuple[str, ...]

    def line(self, words: str, output: pathlib.Path) -> str:
        """The command for a shell, behind other words."""
        return f"cd {shlex.quote(self.directory)} && exec {words} {shlex.join(self.words)} -o {shlex.quote(str(output))}"


@dataclass(frozen=True)
class Project:
    """The compiles of a project that is ready to be compiled."""

    commands: tuple[Command, ...]

    def first(self, count: int | None) -> "Project":
        return Project(self.commands[:count])

    def lines(self, words: str, objects: pathlib.Path, suffix: str = "") -> list[str]:
        """A shell command for each file, behind the words; the objects go to a directory of their own."""
        objects.mkdir(exist_ok=True)
        return [f"{command.line(words, objects / f'{number}.o')} {suffix}".rstrip() for number, command in enumerate(self.commands)]

    def __len__(self) -> int:
        return len(self.commands)


def without_output(words: list[str]) -> tuple[str, ...]:
    kept, skip = [], False
    for word in words:
        if not skip and word not in (*WITH_VALUE, *WITHOUT_VALUE):
            kept.append(word)
        skip = not skip and word in WITH_VALUE
    return tuple(kept)


def source(package: str, upstream: bool = False) -> pathlib.Path:
    """The unpacked source package of the distribution, or what it was made of; kept once it is there."""
    place = DOWNLOADS / package if upstream else DOWNLOADS / "real-builds/source" / package
    function = "fetch_upstream_source" if upstream else "fetch_debian_source"
    if subprocess.run(["bash", "-euc", FETCH, SCRIPTS, function, package, place], check=False).returncode != 0:
        fail(f"the source of {package} could not be fetched")
    return place


def copy(package: str, trees: pathlib.Path) -> pathlib.Path:
    tree = trees / package
    shutil.copytree(source(package), tree, symlinks=True)
    return tree


def prepare_cmake(package: str, trees: pathlib.Path, pattern: str, *options: str) -> Project:
    tree = copy(package, trees)
    build = tree / "floe-build"
    words: list[str | pathlib.Path] = ["cmake", "-S", tree, "-B", build, "-G", "Unix Makefiles", "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
                                       "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", *options]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        fail(f"configuring {package} failed: {done.stderr[-2000:]}")
    entries = json.loads((build / "compile_commands.json").read_text())
    return Project(tuple(Command(entry["directory"], without_output(shlex.split(entry["command"])))
                         for entry in entries if re.search(pattern, entry["command"])))


def multiarch() -> str:
    """What gcc calls this machine in the names of directories."""
    return subprocess.run(["gcc", "-print-multiarch"], check=True, capture_output=True, text=True).stdout.strip()


def prepare_lua(trees: pathlib.Path) -> Project:
    """Each source as the project's own build compiles it, with the header that Debian's packaging adds."""
    directory = copy("lua5.4", trees) / "src"
    (directory / "lua5.4-deb-multiarch.h").write_text(f'#define DEB_HOST_MULTIARCH "{multiarch()}"\n')
    return Project(tuple(Command(str(directory), ("gcc", *LUA_FLAGS.split(), "-c", path.name)) for path in sorted(directory.glob("l*.c"))))


def prepare_tiny(trees: pathlib.Path) -> Project:
    """Files of one line."""
    directory = trees / "tiny"
    directory.mkdir()
    for number in range(TINY_FILES):
        (directory / f"{number}.c").write_text(f"int x{number};\n")
    return Project(tuple(Command(str(directory), ("gcc", "-O2", "-c", f"{number}.c")) for number in range(TINY_FILES)))


PREPARE: dict[str, Callable[[pathlib.Path], Project]] = {
    "protobuf": lambda trees: prepare_cmake("protobuf", trees, *PROTOBUF),
    "yaml-cpp": lambda trees: prepare_cmake("yaml-cpp", trees, *YAML_CPP),
    "lua": prepare_lua,
    "tiny": prepare_tiny,
}


def prepare(name: str, trees: pathlib.Path) -> Project:
    """Makes a project ready to be compiled, in a directory below `trees`."""
    trees.mkdir(exist_ok=True)
    return PREPARE[name](trees)
