"""Parts of compilers that are replaced, appear or vanish under running nodes: the first compile after that is the plain compiler's. The nodes
and all commands see a /usr of their own, which the cases change."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest
from harness import namespaces
from harness.machine import output_of

pytestmark = pytest.mark.root

GCC_LIB = "/usr/lib/gcc/x86_64-linux-gnu/12"
CC1 = f"{GCC_LIB}/cc1"


@pytest.fixture(scope="module")
def namespace(work):
    """A process in a mount namespace that has a /usr of its own; it ends when its input does."""
    with namespaces.with_own_usr(work / "upper") as holder:
        yield holder


def enter(namespace):
    return ["nsenter", "--mount", "--target", str(namespace.pid), "--wdns={directory}", "--"]


@pytest.fixture(scope="module")
def mesh(make_mesh, namespace):
    mesh = make_mesh("upgrade", 3)
    mesh.prefixes = {number: ["nsenter", "--mount", "--target", namespace.pid] for number in mesh.nodes}
    mesh.start()
    mesh.create_toolchains("gcc")
    yield mesh
    mesh.stop()


@pytest.fixture
def case(case, namespace):
    case.before = enter(namespace)
    return case


class Usr:
    """The /usr of the nodes; what a case changes is put back at its end."""

    def __init__(self, case, namespace):
        self.case, self.root = case, pathlib.Path(f"/proc/{namespace.pid}/root")

    def path(self, name):
        return pathlib.Path(f"{self.root}{name}")

    def keep(self, *names):
        """At the end of the case these are as they are now."""
        for number, name in enumerate(names):
            path, copy = self.path(name), self.case.dir / f"kept{number}"
            if os.path.lexists(path):
                subprocess.run(["cp", "-a", path, copy], check=True)
                self.case.cleanup.callback(subprocess.run, ["cp", "-a", "--remove-destination", copy, path], check=True)
            else:
                self.case.cleanup.callback(subprocess.run, ["rm", "-rf", path], check=True)

    def changed_bytes(self, name, old, new):
        """A file's content with other bytes of the same size."""
        content = self.path(name).read_bytes() if self.path(name).exists() else b""
        if old not in content:
            pytest.skip(f"there is nothing to patch in {name}")
        return content.replace(old, new)

    def rename(self, name, content):
        """A new file of the old name, as package managers do."""
        path = self.path(name)
        new = path.with_name(f"{path.name}.new")
        new.write_bytes(content)
        new.chmod(0o755)
        new.rename(path)


@pytest.fixture
def usr(case, namespace):
    return Usr(case, namespace)


def expect_changed(case, change, command, remote=True):
    """Compiles, changes something, compiles again; each time the plain compiler's object, and another one than before. Returns the first."""
    case.same(command)
    case.expect_remote()
    before = case.path("a.o").read_bytes()
    change()
    case.same(command)
    assert case.path("a.o").read_bytes() != before, "the test is none: the object is as before"
    if remote:
        case.expect_remote()
    case.same(command)
    if remote:
        case.expect_remote()
    return before


def keep_time(path, change):
    state = path.stat()
    change()
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


WAYS = {
    "renamed": (b"12.2.9", lambda usr, new: usr.rename(CC1, new)),
    "renamed_with_the_same_time": (b"12.2.8", lambda usr, new: keep_time(usr.path(CC1), lambda: usr.rename(CC1, new))),
    "overwritten_with_the_same_time": (b"12.2.7", lambda usr, new: keep_time(usr.path(CC1), lambda: usr.path(CC1).write_bytes(new))),
}


@pytest.mark.parametrize("way", WAYS)
def test_cc1(case, usr, way):
    version, change = WAYS[way]
    new = usr.changed_bytes(CC1, b"12.2.0", version)
    usr.keep(CC1)
    case.write("a.c", "int x = 1;\n")
    expect_changed(case, lambda: change(usr, new), "gcc -O2 -c a.c -o a.o")


def test_cc1_overwritten_while_it_is_packed(case, usr):
    """Twice within one tick of the file system's clock, as far as that goes."""
    first, second = (usr.changed_bytes(CC1, b"12.2.0", version) for version in (b"12.2.5", b"12.2.6"))
    usr.keep(CC1)
    case.write("a.c", "int x = 1;\n")

    def change():
        usr.path(CC1).write_bytes(first)
        case.compile("gcc -O2 -c a.c -o /dev/null")
        usr.path(CC1).write_bytes(second)

    expect_changed(case, change, "gcc -O2 -c a.c -o a.o")


def test_assembler(case, usr):
    assembler = os.path.realpath("/usr/bin/as")
    new = usr.changed_bytes(assembler, b"GNU AS", b"GNU XS")
    usr.keep(assembler)
    case.write("a.s", ".text\nnop\n")
    expect_changed(case, lambda: usr.rename(assembler, new), "gcc -g -c a.s -o a.o")


def test_specs_appear(case, usr):
    command, name = "gcc -O2 -c a.c -o a.o", f"{GCC_LIB}/specs"
    specs = re.sub(r"^\*cc1:\n", r"\g<0>-DFROM_SPECS=7 ", output_of("gcc", "-dumpspecs"), flags=re.MULTILINE)
    usr.keep(name)
    case.write("a.c", "#ifdef FROM_SPECS\nint x = FROM_SPECS;\n#else\nint x;\n#endif\n")
    before = expect_changed(case, lambda: usr.path(name).write_text(f"{specs}\n\n"), command)
    usr.path(name).unlink()
    case.same(command)
    assert case.path("a.o").read_bytes() == before


def change_text(path, pattern, text):
    path.write_text(re.sub(pattern, text, path.read_text(), flags=re.MULTILINE))


def test_header_of_gcc(case, usr):
    name = f"{GCC_LIB}/include/stdbool.h"
    usr.keep(name)
    case.write("a.c", "#include <stdbool.h>\nint x = true;\n")
    expect_changed(case, lambda: change_text(usr.path(name), "^#define true.*", "#define true 2"), "gcc -O2 -c a.c -o a.o")


SHIM = '#include <stdlib.h>\n__attribute__((constructor)) static void f(void) { setenv("CPATH", "/usr/share/floe-test", 1); }\n'


def test_library_of_cc1(case, usr):
    """A library of cc1 that sets a variable for it."""
    found = re.search(r"libzstd.so.1 => (\S+) ", output_of("ldd", CC1))
    if not found:
        pytest.skip("cc1 does not load libzstd")
    library = os.path.realpath(found.group(1))
    original = os.path.join(os.path.dirname(library), "libzstd-real.so")
    (case.dir / "shim.c").write_text(SHIM)
    shutil.copy(library, case.dir / "libzstd-real.so")
    case.run("gcc -shared -fPIC -Wl,-soname,libzstd.so.1 -Wl,--no-as-needed shim.c -o shim.so libzstd-real.so", cwd=case.dir).check()
    usr.keep(library, original, "/usr/share/floe-test")
    usr.path("/usr/share/floe-test").mkdir()
    usr.path("/usr/share/floe-test/shim.h").write_text("int y;\n")
    case.write("a.c", "#if __has_include(<shim.h>)\n#include <shim.h>\n#endif\nint x;\n")

    def change():
        usr.path(library).rename(usr.path(original))
        shutil.copy(case.dir / "shim.so", usr.path(library))

    expect_changed(case, change, "gcc -O2 -c a.c -o a.o")


def test_link_to_the_driver(case, usr):
    usr.keep("/usr/bin/gcc")
    case.write("a.c", "#ifdef __cplusplus\nint plus;\n#endif\nint x;\n")

    def change():
        usr.path("/usr/bin/gcc").unlink()
        os.symlink("/usr/bin/x86_64-linux-gnu-g++-12", usr.path("/usr/bin/gcc"))

    # g++ by gcc's name may stay local.
    expect_changed(case, change, "gcc -O2 -c a.c -o a.o", remote=False)


@pytest.mark.parametrize(("place", "name"), [(f"{GCC_LIB}/as", b"GNU YS"), ("/usr/local/bin/as", b"GNU ZS")], ids=["in_front", "in_path"])
def test_an_assembler_appears(case, usr, place, name):
    """A program that gcc finds before the one that was packed."""
    new = usr.changed_bytes(os.path.realpath("/usr/bin/as"), b"GNU AS", name)
    usr.keep(place)
    case.write("a.s", ".text\nnop\n")
    case.env["PATH"] = "/usr/local/bin:/usr/bin:/bin"
    expect_changed(case, lambda: usr.rename(place, new), "gcc -g -c a.s -o a.o")


@pytest.mark.needs("clang-19")
def test_clang_configuration(case, usr):
    name = os.path.join(os.path.dirname(os.path.realpath(shutil.which("clang-19"))), "clang.cfg")
    usr.keep(name)
    case.write("a.c", "#ifdef FROM_CFG\nint x = FROM_CFG;\n#else\nint x;\n#endif\n")
    expect_changed(case, lambda: usr.path(name).write_text("-DFROM_CFG=5\n"), "clang-19 -O2 -c a.c -o a.o")


@pytest.mark.slow
@pytest.mark.needs("clang-14")
def test_clang_header(case, usr):
    name = os.path.realpath(f"{output_of('clang-14', '-print-resource-dir')}/include/stdbool.h")
    usr.keep(name)
    case.write("a.c", "#include <stdbool.h>\nint x = true;\n")
    expect_changed(case, lambda: change_text(usr.path(name), "^#define true( .*)?$", "#define true 3"), "clang-14 -O2 -c a.c -o a.o")
