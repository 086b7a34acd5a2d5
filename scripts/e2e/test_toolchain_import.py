"""Environments that icecc-create-env makes become toolchains: taken in, listed, kept and removed, and refused with a reason. On a board
whose PCs have nothing else, they compile.

Node 1 is the board (else this machine), node 2 the PC, whose own cross compilers are hidden where root runs this: it runs in a mount namespace of its
own, in which the directory of their parts is empty."""

import bz2
import gzip
import lzma
import os
import re
import shutil
import subprocess
import tarfile

import pytest
from harness.board import Board, is_made, need_board, root_of
from harness.machine import eventually, have, is_root, output_of

TARGET = "aarch64-linux-gnu"
CREATE = "/usr/lib/icecc/icecc-create-env"
CROSS = "/usr/lib/gcc-cross"
PATIENCE_SECONDS = 300  # the board's programs are emulated
HIDE = 'mount --bind "$0" "$1" && shift && exec "$@"'

pytestmark = [pytest.mark.slow, pytest.mark.root, pytest.mark.needs(CREATE, f"{TARGET}-g++", "zstd")]


@pytest.fixture(scope="module")
def environments(work):
    """A directory with the environment of the cross compiler, in each compression, and one of clang."""
    directory = work / "environments"
    directory.mkdir()
    version = output_of(f"{TARGET}-gcc", "-dumpversion").partition(".")[0]
    made = make_environment(directory, "cross", f"{TARGET}-gcc-{version}")
    plain = gzip.decompress(made.read_bytes())
    (directory / "plain.tar").write_bytes(plain)
    (directory / "packed.tar.xz").write_bytes(lzma.compress(plain, preset=0))
    (directory / "packed.tar.bz2").write_bytes(bz2.compress(plain, 1))
    subprocess.run(["zstd", "-q", directory / "plain.tar", "-o", directory / "packed.tar.zst"], check=True)
    if have("clang"):
        make_environment(directory, "clang", "clang")
    return directory


def make_environment(directory, name, compiler):
    place = directory / f"making-{name}"
    place.mkdir()
    subprocess.run([CREATE, compiler], cwd=place, check=True, capture_output=True)
    made = next(place.glob("*.tar.gz"))
    return made.rename(directory / f"{name}.tar.gz")


@pytest.fixture(scope="module")
def board(work, install):
    """The board, or nothing where there is none."""
    if not is_root() or not is_made("arm64"):
        yield None
        return
    board = Board("arm64", work, install)
    yield board
    board.close()


@pytest.fixture(scope="module")
def mesh(make_mesh, work, board, environments):
    mesh = make_mesh("import", 2, slots=1)
    (work / "nothing").mkdir()
    mesh.prefixes = {1: board.prefix() if board else [], 2: ["unshare", "--mount", "--", "sh", "-c", HIDE, work / "nothing", CROSS] if is_root() else []}
    mesh.start()
    yield mesh
    mesh.stop()


def pc(case, *words):
    """A command at the second node."""
    return case.floe(*words, "--socket", case.mesh[2].socket)


def listing(case):
    return pc(case, "toolchain", "list").check().text


def take(case, file, *options):
    """Imports an archive; its id."""
    said = pc(case, "toolchain", "import", file, *options).check().text
    assert re.match("[0-9a-f]{64} ", said), said
    return said.split()[0]


def refuse(case, file, words):
    """It is not imported, for a reason that has the words in it, and nothing is left of it."""
    before = listing(case)
    result = pc(case, "toolchain", "import", file)
    assert result.code != 0 and words in result.error_text and str(file) in result.error_text, result.error_text or result.text
    assert listing(case) == before
    assert not list((case.mesh[2].data / "stand-ins/incoming").rglob("*")), "what was unpacked is left behind"


def verdicts(case):
    """What node 1 knows of the compilers of others that may stand in for its own."""
    found = []

    def walk(value):
        if isinstance(value, dict):
            found.append(value)
            value = list(value.values())
        if isinstance(value, list):
            for each in value:
                walk(each)

    walk(case.floe("toolchain list --json").json_lines())
    return [each for each in found if "proven" in each and "toolchain" in each]


def await_stand_in(case, identity):
    def stands_in():
        return any(each["toolchain"] == identity and "CODE" in each["proven"] for each in verdicts(case))

    eventually(stands_in, lambda: str(verdicts(case)), PATIENCE_SECONDS)


class OnBoard:
    """Compiles of the board, plainly and through Floe."""

    def __init__(self, case, board):
        self.case, self.board = case, board

    def words(self, command, path=None, wrapper=False):
        case, mode = self.case, {"FLOE_SOCKET": self.case.mesh[1].socket, "FLOE_MODE": "remote" if wrapper else "off"}
        variables = {**mode, **({"PATH": path} if path else {})}
        return [*self.board.prefix(**variables), "/bin/sh", "-c", 'cd "$0" && exec "$@"', str(case.tree), *([case.cc] if wrapper else []), *command.split()]

    def same(self, command, path=None):
        self.case.plainly(self.words(command, path))
        self.case.through(self.words(command, path, wrapper=True))
        self.case.expect_like_plain()
        self.case.expect_remote()

    def through(self, command):
        self.case.mark()
        return self.case.run(self.words(command, wrapper=True))

    def ask_for(self, compiler):
        """What stands in for one of the board's."""
        self.case.write("ask.c", "int x;\n")
        self.through(f"{compiler} -c ask.c").check()


A_C = """#include <stdio.h>
#include <string.h>
struct pair { int key; double value; };
double total(const struct pair *pairs, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += pairs[i].key * pairs[i].value;
    printf("%g\\n", sum);
    return sum + strlen(__FILE__);
}
"""
B_CC = """#include <map>
#include <string>
int count(const std::map<std::string, int> &all, const std::string &name)
{
    auto found = all.find(name);
    return found == all.end() ? -1 : found->second;
}
"""


@pytest.fixture
def on_board(case, board):
    need_board("arm64")
    case.write("a.c", A_C)
    case.write("b.cc", B_CC)
    return OnBoard(case, board)


def test_takes_an_environment_and_lists_it(case, environments):
    said = pc(case, "toolchain", "import", environments / "cross.tar.gz").check().text
    taken = said.split()[0]
    assert re.search(f"gcc [0-9.]* for {TARGET}", said)
    lines = listing(case).splitlines()
    assert any(re.match(f"{taken[:12]} .*{TARGET}", line) for line in lines)
    assert f"{taken[:12]} was imported from cross.tar.gz" in lines
    held = [each for each in pc(case, "toolchain", "list", "--json").json_lines() if each.get("id") == taken]
    assert held and held[0]["importedFrom"] == "cross.tar.gz"
    eventually(lambda: taken in case.floe("nodes --json").text, "node 1 does not know of it")


@pytest.mark.board
def test_compiles_for_a_board(case, on_board, environments):
    taken = take(case, environments / "cross.tar.gz")
    on_board.ask_for("gcc")
    await_stand_in(case, taken)
    assert f"of cross.tar.gz ({taken[:12]}, x86_64) stands in for code" in case.floe("toolchain list").text
    for command in ("gcc -O2 -Wall -MD -c a.c", "gcc -g -c a.c -o debug.o", "g++ -O2 -g -c b.cc", "gcc -c -x assembler-with-cpp /dev/null -o empty.o"):
        on_board.same(command)


@pytest.mark.board
def test_compiles_where_path_leads_elsewhere(case, on_board, environments):
    taken = take(case, environments / "cross.tar.gz")
    on_board.ask_for("gcc")
    await_stand_in(case, taken)
    # Without the assembler, which the board's own compiler finds through PATH alone.
    on_board.same("/usr/bin/gcc -O2 -S a.c", path="/usr/local/bin")


def test_survives_a_restart(case, environments):
    taken = take(case, environments / "cross.tar.gz")
    case.mesh[2].restart()
    case.mesh.await_complete()
    assert f"{taken[:12]} was imported from cross.tar.gz" in listing(case).splitlines()
    assert f"{taken[:12]} is sound" in pc(case, "toolchain", "verify").check().lines


@pytest.mark.board
def test_compiles_after_a_restart(case, on_board, environments):
    taken = take(case, environments / "cross.tar.gz")
    case.mesh[2].restart()
    case.mesh.await_complete()
    on_board.ask_for("gcc")
    await_stand_in(case, taken)
    on_board.same("gcc -O1 -c a.c")


def test_takes_every_compression(case, environments):
    taken = {take(case, environments / name) for name in ("plain.tar", "packed.tar.xz", "packed.tar.zst", "packed.tar.bz2")}
    assert len(taken) == 1
    pc(case, "toolchain", "remove", taken.pop()).check()


@pytest.mark.board
@pytest.mark.needs("clang")
def test_clang_where_the_boards_lies(case, on_board, environments):
    lies = case.run(on_board.words("readlink -f /usr/bin/clang")).check().text.strip()
    taken = take(case, environments / "clang.tar.gz", "--at", lies)
    on_board.ask_for("clang")
    await_stand_in(case, taken)
    on_board.same("clang -O2 -g -c a.c")
    # It finds no gcc for the board, and so no libstdc++.
    on_board.through("clang++ -O2 -c b.cc")
    case.expect_local(".")


def remove_imported(case, environments):
    taken = take(case, environments / "cross.tar.gz")
    assert pc(case, "toolchain", "remove", taken[:12]).check().text.startswith(f"{taken} is removed")
    return taken


def test_removes_what_was_imported(case, environments):
    taken = remove_imported(case, environments)
    assert taken[:12] not in listing(case)
    assert not (case.mesh[2].data / "toolchains" / taken).exists()
    result = pc(case, "toolchain", "remove", taken)
    assert result.code != 0 and "no toolchain here begins with" in result.error_text


@pytest.mark.board
def test_what_was_removed_compiles_no_more(case, on_board, environments):
    taken = remove_imported(case, environments)
    on_board.ask_for("gcc")
    eventually(lambda: all(each["toolchain"] != taken for each in verdicts(case)), lambda: str(verdicts(case)), PATIENCE_SECONDS)
    on_board.through("gcc -c ask.c")
    case.expect_local(".")


def test_refuses_what_is_no_archive(case):
    text = case.write("text.tar.gz", "int main;\n")
    refuse(case, text, "it is no tar archive")
    refuse(case, case.write("compressed.tar.gz", gzip.compress(text.read_bytes())), "it is no tar archive")
    refuse(case, case.path("missing.tar.gz"), "cannot read")


@pytest.mark.parametrize("name", ["cross.tar.gz", "packed.tar.xz", "packed.tar.zst", "packed.tar.bz2"])
def test_refuses_an_archive_that_is_cut_off(case, environments, name):
    content = (environments / name).read_bytes()
    refuse(case, case.write(f"cut-{name}", content[:5_000_000]), "cut off")
    if name == "cross.tar.gz":
        # To the last byte, which is part of the checksum.
        refuse(case, case.write("cut-at-the-end.tar.gz", content[:-1]), "cut off")


def pack(case, name, root):
    with tarfile.open(case.path(name), "w:gz") as archive:
        archive.add(root, ".")
    return case.path(name)


@pytest.fixture
def root(case):
    """The root of an archive with a program that is no compiler."""
    directory = case.path("root/usr/bin")
    directory.mkdir(parents=True)
    shutil.copy("/bin/true", directory)
    return case.path("root")


def test_refuses_an_archive_without_a_compiler(case, root):
    refuse(case, pack(case, "none.tar.gz", root), "no compiler in it, neither usr/bin/gcc nor usr/bin/clang")
    (root / "usr/bin/gcc").write_text("#!/bin/sh\n")
    refuse(case, pack(case, "script.tar.gz", root), "a script or the like")
    shutil.copy("/bin/true", root / "usr/bin/gcc")
    refuse(case, pack(case, "useless.tar.gz", root), "does not answer")


def test_refuses_a_compiler_that_lacks_its_parts(case, environments):
    root = case.path("root")
    root.mkdir()
    subprocess.run(["tar", "-C", root, "-xzf", environments / "cross.tar.gz"], check=True)
    (root / "usr/bin/as").unlink()
    refuse(case, pack(case, "lacking.tar.gz", root), "does not compile an empty file")


@pytest.mark.board
def test_refuses_a_compiler_of_another_architecture(case):
    need_board("arm64")
    directory = case.path("foreign/usr/bin")
    directory.mkdir(parents=True)
    shutil.copy(root_of("arm64") / f"usr/bin/{TARGET}-gcc-12", directory / "gcc")
    refuse(case, pack(case, "foreign.tar.gz", case.path("foreign")), "runs on aarch64, and this machine is x86_64")


def test_refuses_devices_and_links_out_of_the_root(case, root):
    shutil.copy("/bin/true", root / "usr/bin/gcc")
    (root / "dev").mkdir()
    os.mknod(root / "dev/null", 0o20666, os.makedev(1, 3))
    refuse(case, pack(case, "device.tar.gz", root), "is a device")
    (root / "dev/null").unlink()
    os.symlink("../../../etc/passwd", root / "usr/bin/g++")
    refuse(case, pack(case, "link.tar.gz", root), "leads out")


def test_says_when_the_disk_is_full(case, environments):
    data = case.dir / "node/data"
    data.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=60m,mode=700", "tmpfs", data], check=True)
    case.cleanup.callback(subprocess.run, ["umount", "-l", data], check=True)
    node = case.start_node(name="narrow")
    result = case.floe("toolchain", "import", environments / "cross.tar.gz", "--socket", node.socket)
    assert result.code != 0 and re.search(f"the disk of {data}.* is full", result.error_text + result.text)
    assert not [*(data / "stand-ins/incoming").rglob("*"), *(data / "toolchains").rglob("*")]
