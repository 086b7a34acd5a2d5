"""A cross compiler that could be mistaken for the board's own: each mistake is named in `floe toolchain list`, and makes no object. And the right
one, so that it is seen that the boards here would take one. The boards are an arm64 and an armhf (harness/board.py), the executors this machine,
which has no cross compiler but those of each case.

Making a board takes minutes and some hundred MB, so this only uses what `scripts/build-projects --board arm64` and `--board armhf` have made."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest
from harness import jobs
from harness.board import Board, need_board
from harness.case import Case
from harness.machine import eventually, need

TARGET = "aarch64-linux-gnu"
VERSION = 12  # of the compilers of both boards and of those here, which are Debian's of one release
INSTALLED = [f"/usr/bin/{target}-{name}-{VERSION}" for target in (TARGET, "arm-linux-gnueabihf") for name in ("gcc", "g++")]
SUBMITTERS = {"arm64": 1, "armhf": 4}

pytestmark = [pytest.mark.slow, pytest.mark.root, pytest.mark.board, pytest.mark.needs(*INSTALLED)]

CODE_C = """#include <stdio.h>
#include <stdlib.h>
double mean(const double *numbers, int count)
{
    double all = 0;
    for (int i = 0; i < count; ++i)
        all += numbers[i];
    printf("%f of %d\\n", all, count);
    return count ? all / count : strtod("1.5", NULL);
}
"""
CODE_CPP = """struct Shape { virtual ~Shape() {} virtual double area() const = 0; };
struct Square : Shape { double side; double area() const override { if (side < 0) throw side; return side * side; } };
double total(Shape *const *shapes, int count)
{
    double all = 0;
    for (int i = 0; i < count; ++i)
        all += shapes[i]->area();
    return all + Square().area();
}
"""
HAND_S = "#define NAME by_hand\n.text\n.globl NAME\nNAME:\n    nop\n    .long 7\n"
# What is compiled: all of it with a compiler that is right, the first two with one that is not, because an emulated compile takes its time.
COMMANDS = ["gcc -g -O1 -c code.c", "gcc -g -c hand.S", "gcc -O2 -c code.c -o optimized.o", "g++ -g -O2 -c code.cpp -o cpp.o", "gcc -c hand.S -o plain.o"]
HIDE = "".join(f"mount --bind /dev/null {program} && " for program in INSTALLED) + 'exec "$@"'


@pytest.fixture(scope="module")
def boards(work, install):
    for name in SUBMITTERS:
        need_board(name)
    boards = {name: Board(name, work, install) for name in SUBMITTERS}
    yield boards
    for board in boards.values():
        board.close()


@pytest.fixture(scope="module")
def mesh(make_mesh, boards):
    """Node 1 runs on the arm64 board and node 4 on the armhf board. The others have mount namespaces of their own, without the cross compilers."""
    mesh = make_mesh("substitutes", 4, submitters=SUBMITTERS.values())
    hide = ["unshare", "--mount", "--propagation", "private", "sh", "-c", HIDE, "hide"]
    mesh.prefixes = {1: boards["arm64"].prefix(), 2: hide, 3: hide, 4: boards["armhf"].prefix()}
    mesh.start()
    yield mesh
    mesh.stop()


class OnBoard:
    """What a board compiles, plainly and through Floe."""

    def __init__(self, case, board, number, work, install):
        self.case, self.board, self.node = case, board, case.mesh[number]
        self.log, self.work, self.install = jobs.JobLog(self.node.job_log), work, install
        self.variables = {}

    def script(self, count, wrapper):
        lines = "".join(f"{wrapper} {command} & jobs=\"$jobs $!\"\n" for command in COMMANDS[:count])
        return [*self.board.prefix(FLOE_SOCKET=self.node.socket, FLOE_MODE="remote" if wrapper else "off", **self.variables),
                 "/bin/bash", "-c", f'cd "$0" || exit\n{lines}for job in $jobs; do wait "$job" || exit; done']

    def compile(self, count):
        """The records of the commands, which make the same as without Floe."""
        name = f"board-{self.node.number}-{count}"
        place = Case(name, self.case.dir / f"{name}-{next(self.case.numbers)}", self.work, self.install, self.case.mesh)
        place.log = self.log
        for file, text in (("code.c", CODE_C), ("code.cpp", CODE_CPP), ("hand.S", HAND_S)):
            place.write(file, text)
        place.plainly([*self.script(count, ""), str(place.tree)])
        place.through([*self.script(count, place.cc), str(place.tree)])
        place.expect_like_plain()
        return place.await_records(count)

    def stays(self):
        records = self.compile(2)
        assert {record.get("reason") for record in records} == {"no node is eligible"}

    def goes_away(self):
        records = self.compile(len(COMMANDS))
        assert all(record["decision"] == "remote" for record in records)
        return records

    def goes_away_but_debug(self):
        """Debug information names the options that the compiler was given, so an option that is spelled out shows there."""
        remote = [record["argv"] for record in self.compile(len(COMMANDS)) if record["decision"] == "remote"]
        assert len(remote) == 2 and not any("-g" in words for words in remote)

    def listed(self):
        return self.case.mesh.run("toolchain", "list", node=self.node.number).text

    def expect_listed(self, pattern):
        eventually(lambda: re.search(pattern, self.listed()), lambda: f"the list does not say {pattern}: {self.listed()}", 300)


@pytest.fixture
def arm64(case, boards, work, install):
    return OnBoard(case, boards["arm64"], SUBMITTERS["arm64"], work, install)


@pytest.fixture
def armhf(case, boards, work, install):
    return OnBoard(case, boards["armhf"], SUBMITTERS["armhf"], work, install)


def add_compiler(case, program):
    """At node 2."""
    case.mesh.run("toolchain", "add", program, node=2).check()


class CrossTree:
    """A copy of the right compiler, by its own paths below a directory."""

    def __init__(self, directory):
        lies = pathlib.Path(f"/usr/lib/gcc-cross/{TARGET}/{VERSION}")
        self.gcc = directory / f"usr/bin/{TARGET}-gcc-{VERSION}"
        self.library = pathlib.Path(f"{directory}{lies}")
        self.assembler = directory / f"usr/{TARGET}/bin/as"
        for place in (self.gcc.parent, self.library, self.assembler.parent):
            place.mkdir(parents=True)
        for name in ("gcc", "g++"):
            shutil.copy(f"/usr/bin/{TARGET}-{name}-{VERSION}", self.gcc.parent)
        for name in ("cc1", "cc1plus", "collect2", "lto-wrapper", "liblto_plugin.so"):
            shutil.copy(lies / name, self.library)
        shutil.copy(f"/usr/{TARGET}/bin/as", self.assembler)
        os.symlink(lies / "include", self.library / "include")
        os.symlink(f"/usr/{TARGET}/include", directory / f"usr/{TARGET}/include")


@pytest.fixture
def tree(case):
    return CrossTree(case.dir / "cross")


def test_no_compiler(arm64):
    arm64.stays()
    arm64.expect_listed(f"at node2: no compiler for {TARGET}")
    arm64.expect_listed(f"at node3: no compiler for {TARGET}")


def test_another_version(case, arm64):
    need(f"{TARGET}-gcc-11")
    add_compiler(case, f"{TARGET}-gcc-11")
    arm64.expect_listed(rf"at node2: /usr/bin/{TARGET}-gcc-11 .*does not stand in: is version 11[.0-9]*, not 12")
    arm64.stays()


# A file `specs` beside the compiler's own programs changes what it does by itself.
SPECS = {
    "another_macro": ("*cpp:\n+ -D__OTHER_LIBRARY__=1\n\n", ".*__OTHER_LIBRARY__ 1"),
    "optimizes_by_itself": ("*cc1:\n+ %{!O*:-O1}\n\n", ".*other defaults"),
    # It shows in no macro, in nothing that the compiler says of its defaults, and in no sample, because they lie elsewhere.
    "names_files_otherwise": ("*cc1:\n+ -ffile-prefix-map=/home/pi=/renamed\n\n", "has by itself cc1 -ffile-prefix-map"),
}


@pytest.mark.parametrize("kind", SPECS)
def test_specs(case, arm64, tree, kind):
    specs, why = SPECS[kind]
    (tree.library / "specs").write_text(specs)
    add_compiler(case, tree.gcc)
    arm64.expect_listed(f"at node2: {tree.gcc} .*does not stand in: {why}")
    arm64.stays()


# An assembler that makes one object of every source.
BROKEN_ASSEMBLER = r"""#include <stdio.h>
#include <string.h>
__asm__(".section .rodata\nobject: .incbin \"wrong.o\"\nobject_end:\n.text\n");
extern const char object[], object_end[];
int main(int count, char **words)
{
    for (int i = 1; i < count; ++i) {
        if (strstr(words[i], "version"))
            puts("GNU assembler (GNU Binutils for Debian) 2.40");
        if (strcmp(words[i], "-o") == 0 && i + 1 < count) {
            FILE *out = fopen(words[i + 1], "wb");
            return !out || fwrite(object, 1, object_end - object, out) == 0 || fclose(out) != 0;
        }
    }
    return 0;
}
"""


def break_assembler(directory, assembler):
    """Puts another one in its place, at once."""
    (directory / "wrong.s").write_text(".text\n.globl wrong\nwrong:\n nop\n")
    (directory / "as.c").write_text(BROKEN_ASSEMBLER)
    subprocess.run([assembler, "wrong.s", "-o", "wrong.o"], cwd=directory, check=True)
    subprocess.run(["gcc", "-O1", "-static", "as.c", "-o", "as.new"], cwd=directory, check=True)
    (directory / "as.new").replace(assembler)


def test_broken_assembler(case, arm64, tree):
    break_assembler(case.dir, tree.assembler)
    add_compiler(case, tree.gcc)
    arm64.expect_listed(f"at node2: {tree.gcc} .*does not stand in: .*assembly: another object")
    arm64.stays()


def test_assembler_of_another_version(case, arm64, tree):
    """It makes the same of all that has no debug information of its own."""
    content = tree.assembler.read_bytes()
    tree.assembler.write_bytes(content.replace(b"\x002.40\x00", b"\x002.41\x00").replace(b"Debian) 2.40", b"Debian) 2.41"))
    assert b"2.41" in subprocess.run([tree.assembler, "--version"], check=True, capture_output=True).stdout
    add_compiler(case, tree.gcc)
    arm64.expect_listed(rf"at node2: {tree.gcc} .*does not stand in: .*has by itself as of version 2\.41")
    arm64.stays()


def test_another_float_abi(case, armhf):
    need("arm-linux-gnueabi-gcc")
    add_compiler(case, "arm-linux-gnueabi-gcc")
    armhf.stays()
    armhf.expect_listed(f"at node2: /usr/bin/arm-linux-gnueabi-gcc-{VERSION} .*does not stand in: compiles for arm-linux-gnueabi, not arm-linux-gnueabihf")


def test_a_default_that_can_be_spelled_out(case, arm64, tree):
    (tree.library / "specs").write_text("*cc1:\n+ -fno-pie\n\n")
    add_compiler(case, tree.gcc)
    arm64.expect_listed(f"at node2: {tree.gcc} .*stands in for code, assembler, with -fPIE; not for all: C -O0 -g3: another object")
    arm64.goes_away_but_debug()
    # What was proven is packed, and serves on when the compiler disappears.
    shutil.rmtree(case.dir / "cross")
    arm64.goes_away_but_debug()


def test_the_compiler_is_replaced(case, arm64, tree):
    """An upgrade puts another compiler in the place of one that stands in."""
    add_compiler(case, tree.gcc)
    arm64.expect_listed(f"at node2: {tree.gcc} .*stands in for code, debug, assembler")
    arm64.goes_away()
    break_assembler(case.dir, tree.assembler)
    arm64.goes_away()
    add_compiler(case, tree.gcc)
    arm64.expect_listed(f"at node2: {tree.gcc} .*does not stand in: .*another object")
    arm64.stays()


@pytest.fixture(scope="module")
def installed(mesh):
    """The compilers are installed at node 2 while the nodes run; nothing is typed."""
    subprocess.run(["nsenter", "--mount", "--target", str(mesh[2].pid), "umount", *INSTALLED], check=True)


def test_one_machine_has_the_compiler(arm64, installed):
    """The other machine fetches it."""
    arm64.expect_listed(f"at node2: /usr/bin/{TARGET}-gcc-{VERSION} .*stands in for code, debug, assembler")
    arm64.expect_listed(f"at node3: no compiler for {TARGET}")
    arm64.goes_away()
    arm64.variables["FLOE_NODE"] = "node3"
    assert {record["node"] for record in arm64.goes_away()} == {"node3"}


def test_the_right_float_abi(armhf, installed):
    armhf.expect_listed(f"at node2: /usr/bin/arm-linux-gnueabihf-gcc-{VERSION} .*stands in for code")
    armhf.goes_away()
