"""Containers and chroots in which another compiler, or a part of one, has the path of the host's: each object is the one that the plain
compiler of that root makes, and was made remotely. For a node of the same user and for one of another."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import pytest
from harness.machine import need, output_of

pytestmark = [pytest.mark.root, pytest.mark.needs("unshare")]

SYSTEM = pathlib.Path("/run/floe")  # nodes whose sockets lie here serve each user
GCC_LIB = "/usr/lib/gcc/x86_64-linux-gnu/12"
KINDS = ["chroot", "container"]
USERS = ["0:0", "65534:65534"]

# Makes the directory $1 the root and runs the command.
IN_CONTAINER = 'cd "$1" && shift && pivot_root . . && umount -l . && exec "$@"'


@pytest.fixture(scope="module")
def mesh(make_mesh, work):
    """Node 1 serves all users."""
    made = not SYSTEM.exists()
    SYSTEM.mkdir(mode=0o755, exist_ok=True)
    mesh = make_mesh("roots", 3, prepared=True)
    mesh[1].socket = SYSTEM / f"test-{os.getpid()}.sock"
    mesh.start()
    yield mesh
    mesh.stop()
    if made:
        SYSTEM.rmdir()


@pytest.fixture(scope="module")
def roots():
    """Not below the work directory: nothing is to be removed through a mount that is left."""
    directory = pathlib.Path(tempfile.mkdtemp(prefix="floe-roots.")).resolve()
    directory.chmod(0o755)
    yield directory
    for place in directory.iterdir():
        place.rmdir()
    directory.rmdir()


def mount(*words, check=True):
    return subprocess.run(["mount", *map(str, words)], check=check, capture_output=True).returncode == 0


@pytest.fixture
def root(case, roots):
    """A root like the host's, to be changed by the case."""
    place = pathlib.Path(tempfile.mkdtemp(dir=roots))
    mount("-t", "tmpfs", "floe-test", place)
    case.cleanup.callback(subprocess.run, ["umount", "-R", "-l", place], check=True)
    for name in ("upper", "work", "root"):
        (place / name).mkdir()
    if not mount("-t", "overlay", "-o", f"lowerdir=/,upperdir={place}/upper,workdir={place}/work", "floe-test", place / "root", check=False):
        pytest.skip("the kernel mounts no overlay")
    place = place / "root"
    mount("--bind", "/proc", f"{place}/proc")
    mount("--rbind", "/dev", f"{place}/dev")
    mount("--make-rslave", f"{place}/dev")
    for directory in (case.work, SYSTEM):
        mount("--bind", directory, f"{place}{directory}")
    case.tree.chmod(0o777)
    return place


def in_root(root, kind, user, case, words):
    """The words that run a command in the root, in the case's tree, in a mount namespace of its own if it is a container."""
    inner = ["sh", "-c", 'cd "$1" && shift && exec "$@"', "sh", str(case.tree), *words]
    if kind == "chroot":
        return ["chroot", f"--userspec={user}", str(root), *inner]
    return ["unshare", "--mount", "--propagation", "private", "sh", "-c", IN_CONTAINER, "sh", str(root), "chroot", f"--userspec={user}", ".", *inner]


def same_in_root(case, root, command, kind="chroot", user="0:0"):
    words = command.split()
    case.plainly(in_root(root, kind, user, case, words))
    case.through(in_root(root, kind, user, case, [case.cc, *words]))
    case.expect_like_plain()


def same_in_other_roots(case, root, command, remote=True):
    """The object a.o differs from the host's, and is the same plainly and through Floe."""
    case.same(command)
    host = case.path("a.o").read_bytes()
    for kind in KINDS:
        for user in USERS:
            case.path("a.o").unlink(missing_ok=True)
            same_in_root(case, root, command, kind, user)
            if remote:
                case.expect_remote()
            assert case.path("a.o").read_bytes() != host, "the test is none: the root's compiler makes the host's object"


def patch(root, path, old, new):
    """Other bytes in a file of the root, of the same size."""
    file = pathlib.Path(f"{root}{path}")
    if not file.exists():
        pytest.skip(f"there is no {path} here")
    content = file.read_bytes()
    if old not in content:
        pytest.skip(f"there is nothing to patch in {path}")
    assert len(old) == len(new)
    file.write_bytes(content.replace(old, new))


def edit(root, path, pattern, text):
    """Other text in a file of the root."""
    file = pathlib.Path(f"{root}{path}")
    content = file.read_text()
    assert re.search(pattern, content, re.MULTILINE), f"the test is none: nothing to change in {path}"
    file.write_text(re.sub(pattern, text, content, flags=re.MULTILINE))


def real(program):
    return os.path.realpath(shutil.which(program))


def test_cc1(case, root):
    patch(root, f"{GCC_LIB}/cc1", b"12.2.0", b"12.2.9")
    case.write("a.c", "int x = 1;\n")
    same_in_other_roots(case, root, "gcc -O2 -c a.c -o a.o")


def test_specs_file(case, root):
    specs = re.sub(r"^\*cc1:\n", r"\g<0>-DFROM_SPECS=7 ", output_of("gcc", "-dumpspecs"), flags=re.MULTILINE)
    pathlib.Path(f"{root}{GCC_LIB}/specs").write_text(f"{specs}\n\n")
    case.write("a.c", "#ifdef FROM_SPECS\nint x = FROM_SPECS;\n#else\nint x;\n#endif\n")
    same_in_other_roots(case, root, "gcc -O2 -c a.c -o a.o")


def test_system_header(case, root):
    edit(root, "/usr/include/stdio.h", r"^#define EOF \(-1\)", "#define EOF (-77)")
    case.write("a.c", "#include <stdio.h>\nint x = EOF;\n")
    same_in_other_roots(case, root, "gcc -O2 -c a.c -o a.o")


SHIM = '#include <stdlib.h>\n__attribute__((constructor)) static void f(void) { setenv("CPATH", "/usr/share/floe-test", 1); }\n'


def test_library_of_the_compiler(case, root):
    """A library that cc1 loads, in the place of libzstd: it sets a variable that cc1 reads."""
    found = re.search(r"libzstd.so.1 => (\S+) ", output_of("ldd", f"{GCC_LIB}/cc1"))
    if not found:
        pytest.skip("cc1 does not load libzstd")
    library = pathlib.Path(f"{root}{found.group(1)}")
    original = library.parent / "libzstd-real.so"
    shutil.copy(os.path.realpath(found.group(1)), original)
    (case.dir / "shim.c").write_text(SHIM)
    case.run(["gcc", "-shared", "-fPIC", "-Wl,-soname,libzstd.so.1", "-Wl,--no-as-needed", "shim.c", "-o", "shim.so", str(original)], cwd=case.dir).check()
    library.unlink()
    shutil.copy(case.dir / "shim.so", library)
    directory = pathlib.Path(f"{root}/usr/share/floe-test")
    directory.mkdir()
    (directory / "shim.h").write_text("int y;\n")
    case.write("a.c", "#if __has_include(<shim.h>)\n#include <shim.h>\n#endif\nint x;\n")
    same_in_other_roots(case, root, "gcc -O2 -c a.c -o a.o")


@pytest.mark.slow
def test_driver(case, root):
    shutil.copy(f"{root}/usr/bin/x86_64-linux-gnu-g++-12", f"{root}/usr/bin/x86_64-linux-gnu-gcc-12")
    case.write("a.c", "#ifdef __cplusplus\nint plus;\n#endif\nint x;\n")
    same_in_other_roots(case, root, "gcc -O2 -c a.c -o a.o")


@pytest.mark.slow
def test_cc1plus(case, root):
    patch(root, f"{GCC_LIB}/cc1plus", b"12.2.0", b"12.2.8")
    case.write("a.cc", "int x = 1;\n")
    same_in_other_roots(case, root, "g++ -O2 -c a.cc -o a.o")


@pytest.mark.slow
def test_assembler(case, root):
    patch(root, real("as"), b"GNU AS", b"GNU XS")
    case.write("a.s", ".text\nnop\n")
    same_in_other_roots(case, root, "gcc -g -c a.s -o a.o")


@pytest.mark.slow
def test_header_of_gcc(case, root):
    edit(root, f"{GCC_LIB}/include/stdbool.h", "^#define true.*", "#define true 2")
    case.write("a.c", "#include <stdbool.h>\nint x = true;\n")
    same_in_other_roots(case, root, "gcc -O2 -c a.c -o a.o")


@pytest.mark.slow
@pytest.mark.needs("clang")
def test_link_to_another_compiler(case, root):
    gcc = pathlib.Path(f"{root}/usr/bin/gcc")
    gcc.unlink()
    os.symlink(real("clang"), gcc)
    case.write("a.c", "int x = 1;\n")
    # A clang by gcc's name has habits that gcc has not, so the compile may stay local.
    same_in_other_roots(case, root, "gcc -O2 -c a.c -o a.o", remote=False)


@pytest.mark.slow
@pytest.mark.needs("clang-14")
def test_clang_library(case, root):
    patch(root, os.path.realpath("/usr/lib/x86_64-linux-gnu/libclang-cpp.so.14"), b"__clang_major__", b"__clang_mXjor__")
    case.write("a.c", "#ifdef __clang_major__\nint x;\n#endif\nint y;\n")
    same_in_other_roots(case, root, "clang-14 -O2 -c a.c -o a.o")


@pytest.mark.slow
def test_clang_configuration(case, root):
    """clang reads clang.cfg beside itself since version 16."""
    need("clang-19")
    pathlib.Path(f"{root}{os.path.dirname(real('clang-19'))}/clang.cfg").write_text("-DFROM_CFG=5\n")
    case.write("a.c", "#ifdef FROM_CFG\nint x = FROM_CFG;\n#else\nint x;\n#endif\n")
    same_in_other_roots(case, root, "clang-19 -O2 -c a.c -o a.o")


@pytest.mark.slow
@pytest.mark.needs("clang-14")
def test_clang_header(case, root):
    edit(root, f"{output_of('clang-14', '-print-resource-dir')}/include/stdbool.h", "^#define true( .*)?$", "#define true 3")
    case.write("a.c", "#include <stdbool.h>\nint x = true;\n")
    same_in_other_roots(case, root, "clang-14 -O2 -c a.c -o a.o")


@pytest.mark.slow
@pytest.mark.needs("aarch64-linux-gnu-gcc")
def test_cross_compiler(case, root):
    patch(root, output_of("aarch64-linux-gnu-gcc", "-print-prog-name=cc1"), b"12.2.0", b"12.2.7")
    case.write("a.c", "int x = 1;\n")
    same_in_other_roots(case, root, "aarch64-linux-gnu-gcc -O2 -c a.c -o a.o")


def test_same_files_in_another_namespace(case):
    """A mount namespace of its own with the host's files, as Portage's sandbox has it: the node's own toolchain serves it."""
    case.write("a.c", "int x = 2;\n")
    case.same("gcc -O2 -c a.c -o a.o")
    packed = case.mesh[1].log().count("ToolchainBuilder: toolchain=")
    case.same_script("unshare --mount $WRAPPER gcc -O2 -c a.c -o a.o")
    case.expect_remote()
    assert case.mesh[1].log().count("ToolchainBuilder: toolchain=") == packed, "the compiler was packed again"


def test_upgrade_in_the_root(case, root):
    """The compiler of a root is replaced while the node runs."""
    case.write("a.c", "int x = 1;\n")
    same_in_root(case, root, "gcc -O2 -c a.c -o a.o")
    case.expect_remote()
    before = case.path("a.o").read_bytes()
    patch(root, f"{GCC_LIB}/cc1", b"12.2.0", b"12.2.6")
    state = os.stat("/usr/lib/gcc")
    os.utime(f"{root}{GCC_LIB}/cc1", ns=(state.st_atime_ns, state.st_mtime_ns))
    same_in_root(case, root, "gcc -O2 -c a.c -o a.o")
    case.expect_remote()
    assert case.path("a.o").read_bytes() != before, "the test is none: the upgrade changes nothing"


def test_cached_results_of_host_and_root_do_not_mix(case, root):
    """The same paths, in turns."""
    edit(root, "/usr/include/stdio.h", r"^#define EOF \(-1\)", "#define EOF (-77)")
    case.write("a.c", "#include <stdio.h>\nint x = EOF;\n")
    case.env["FLOE_CACHE"] = "both"
    objects = {"host": set(), "root": set()}
    for _ in range(3):
        case.path("a.o").unlink(missing_ok=True)
        case.same("gcc -O2 -c a.c -o a.o")
        objects["host"].add(case.path("a.o").read_bytes())
        case.path("a.o").unlink()
        same_in_root(case, root, "gcc -O2 -c a.c -o a.o", "container")
        objects["root"].add(case.path("a.o").read_bytes())
    assert len(objects["host"]) == len(objects["root"]) == 1
    assert objects["host"] != objects["root"], "the test is none: both make the same object"


def test_absolute_link_of_the_root(case, root):
    """It begins at the root of the container, where the host has another file."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        os.chmod(name, 0o755)
        header = pathlib.Path(name).resolve() / "real.h"
        header.write_text("int host;\n")
        inside = pathlib.Path(f"{root}{header}")
        inside.parent.mkdir(parents=True, exist_ok=True)
        inside.parent.chmod(0o755)
        inside.write_text("int container;\n")
        case.path("linked.h").symlink_to(header)
        case.write("a.c", '#include "linked.h"\nint x;\n')
        same_in_other_roots(case, root, "gcc -O2 -c a.c -o a.o")


def test_large_outputs_in_other_roots(case, root):
    """Outputs that the kernel copies: new files, one that exists, a link, and the null device."""
    case.write("a.c", "int x[100000] = {1};\n")
    case.env["FLOE_CACHE"] = "both"
    for kind in KINDS:
        for user in USERS:
            for target in ("new.o", "old.o", "/dev/null"):
                if target == "old.o":
                    case.path(target).write_bytes(b"old")
                    case.path(target).chmod(0o666)
                same_in_root(case, root, f"gcc -O2 -g -gsplit-dwarf -MD -MF a.d -c a.c -o {target}", kind, user)
                for made in case.tree.glob("*.o"):
                    made.unlink()
    assert not list(case.tree.glob(".floe-*"))


@pytest.mark.needs("strace")
def test_the_node_looks_at_files_itself(case, root):
    """The wrapper in a container of the node's user is not asked for each header."""
    case.write("a.c", "#include <stdio.h>\n#include <stdlib.h>\n#include <pthread.h>\nint x;\n")
    same_in_root(case, root, "gcc -O2 -c a.c -o a.o", "container")
    looks = {}
    for user in USERS:
        trace = case.dir / f"trace{user}"
        case.through(["strace", "-o", str(trace), "-e", "trace=newfstatat,lstat", *in_root(root, "container", user, case, [case.cc, "gcc", "-O2", "-c", "a.c", "-o", "a.o"])]).check()
        looks[user] = sum("/usr/include/" in line for line in trace.read_text().splitlines())
    assert looks["0:0"] == 0, "it was asked for headers"
    assert looks["65534:65534"] > 0, "the test is none: the trace does not show what a wrapper is asked for"


DOCTOR_IN_A_CHROOT = """root=$1 prefix=$2
mount -t tmpfs floe-test "$root"
root=$root/root
mkdir -p "$root$prefix" "$root/var/lib"
for name in usr etc proc dev; do
    mkdir "$root/$name"
    mount --rbind "/$name" "$root/$name"
done
for name in bin lib lib64 sbin; do
    ln -s "usr/$name" "$root/$name"
done
mount --bind "$prefix" "$root$prefix"
exec chroot "$root" "$prefix/bin/floe" doctor"""


def test_doctor_in_a_chroot(case, roots):
    """A chroot whose root is no mount point."""
    place = tempfile.mkdtemp(dir=roots)
    text = case.run(["unshare", "--mount", "--propagation", "private", "sh", "-euc", DOCTOR_IN_A_CHROOT, "sh", place, str(case.prefix)]).text
    assert "place: this is a chroot" in text
    assert re.search("space: [0-9]* MiB", text)
