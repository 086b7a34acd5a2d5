"""The cache of results, attacked by names that appear, disappear and come to mean something else: what a compile once looked for in vain,
or found, it may find elsewhere now. Each object is the plain compiler's, and the job log says hit or miss where it must."""

import os
import shutil

import pytest
from harness import trees

pytestmark = pytest.mark.slow

SEARCH = "{} -g -MD -MF out/user.d -Ifirst -Isecond -Ithird {} -c src/user.c -o out/user.o"


@pytest.fixture
def search(cache):
    """A case whose usual compile searches three directories, of which the last has the header value.h."""
    cache.words = SEARCH.format("gcc", "{}")
    for name in ("first", "second", "third"):
        cache.path(name).mkdir()
    cache.write("third/value.h", value(3))
    cache.write_source("#include <value.h>\nint x = VALUE;\n")
    return cache


def value(number, name="VALUE"):
    return f"#define {name} {number}\n"


def along(case, name="value.h", directive=None):
    """The source includes NAME along three directories, of which the last has it; aged, and compiled once."""
    case.write(f"third/{name}", value(3))
    case.write_source(f"{directive or f'#include <{name}>'}\nint x = VALUE;\n")
    case.settle(f"third/{name}", "third", "src/user.c", "src", "first", "second")
    case.miss()
    case.hit()
    case.hit()


def replace_link(case, target, name):
    if os.path.lexists(case.path(name)):
        case.path(name).unlink()
    os.symlink(target, case.path(name))


def remove(case, *names):
    for name in names:
        path = case.path(name)
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def test_shadowed_in_an_earlier_directory(search):
    along(search)
    search.write("first/value.h", value(1))
    search.miss()
    remove(search, "first/value.h")
    search.hit()
    search.write("second/value.h", value(2))
    search.miss()
    search.write("first/other.h", value(2, "OTHER"))
    search.hit()
    remove(search, "second/value.h")
    search.hit()


def test_shadowed_in_a_directory_that_appears(search):
    remove(search, "first", "second")
    search.settle("third", ".", "src")
    search.miss("-Inone")
    search.path("first").mkdir()
    search.right("-Inone")
    search.write("first/value.h", value(1))
    search.miss("-Inone")
    search.path("first").rename(search.path("away"))
    search.hit("-Inone")
    search.path("away").rename(search.path("second"))
    search.miss("-Inone")
    remove(search, "second")
    search.path("third").rename(search.path("away"))
    search.right("-Inone")
    search.expect_outcomes("local; ")
    search.path("away").rename(search.path("third"))
    search.hit("-Inone")


def test_shadowed_in_a_subdirectory(search):
    along(search, "sub/value.h")
    search.path("first/sub").mkdir()
    search.right()
    search.settle("first/sub", "first")
    search.right()
    search.write("first/sub/value.h", value(1))
    search.miss()
    remove(search, "first/sub")
    search.hit()
    (search.dir / "elsewhere").mkdir()
    (search.dir / "elsewhere/value.h").write_text(value(9))
    replace_link(search, search.dir / "elsewhere", "second/sub")
    search.miss()
    replace_link(search, "../nowhere", "second/sub")
    search.right()
    search.settle("second", ".")
    search.right()
    search.write("nowhere/value.h", value(8))
    search.miss()


def test_file_in_the_way_becomes_a_directory(search):
    search.write("first/sub", "\n")
    search.settle("first")
    along(search, "sub/value.h")
    remove(search, "first/sub")
    search.write("first/sub/value.h", value(1))
    search.miss()
    remove(search, "first/sub")
    replace_link(search, "../file", "first/sub")
    search.write("file", "\n")
    search.right()
    remove(search, "file")
    search.write("file/value.h", value(7))
    search.miss()


def test_directory_in_the_way_becomes_a_header(search):
    in_the_way = search.path("first/value.h")
    in_the_way.mkdir()
    search.settle("first")
    search.right()
    search.right()
    in_the_way.rmdir()
    search.right()
    in_the_way.mkdir()
    search.right()
    in_the_way.rmdir()
    search.write("first/value.h", value(1))
    search.no_hit()


def test_shadowed_beside_the_source(search):
    along(search, directive='#include "value.h"')
    search.write("src/value.h", value(5))
    search.miss()
    remove(search, "src/value.h")
    search.hit()
    replace_link(search, "../third/value.h", "src/value.h")
    search.right()


def test_shadowed_beside_a_header_that_has_two_names(search):
    search.write("d1/h.h", '#include "b/x.h"\n')
    for name in ("d1/b", "d2/b"):
        search.path(name).mkdir(parents=True)
    replace_link(search, "../d1/h.h", "d2/h.h")
    search.write("third/y.h", "enum { IN(1) };\n")
    search.write("third/b/x.h", "EXTERN(1)\n")
    search.write_source('#define EXTERN(n) extern int x##n;\n#include "../d1/h.h"\n#include "../d2/h.h"\nint z;\n')
    search.settle("src/user.c", "d2", "d2/b", "d1", "d1/b", "third/b", "third")
    search.miss("-save-temps=obj")
    search.hit("-save-temps=obj")
    search.write("d2/b/x.h", "EXTERN(2)\n")
    search.miss("-save-temps=obj")
    remove(search, "d2/b/x.h")
    search.hit("-save-temps=obj")


COMPUTED = {"of_one_macro": '#define NAME "sub/value.h"\n#include NAME',
            "of_several_macros": "#define S(x) #x\n#define T(x) S(sub/x.h)\n#include T(value)"}


@pytest.mark.parametrize("kind", COMPUTED)
def test_computed_include(search, kind):
    along(search, "sub/value.h", COMPUTED[kind])
    search.path("src/sub").mkdir()
    search.right()
    search.settle("src/sub", "src")
    search.right()
    search.write("src/sub/value.h", value(6))
    search.miss()
    if kind == "of_one_macro":
        remove(search, "src/sub/value.h")
        search.hit()


def test_include_next(search):
    search.write("first/value.h", "#include_next <value.h>\n")
    along(search)
    search.write("second/value.h", value(2))
    search.miss()
    remove(search, "second/value.h")
    search.hit()


def test_has_include_becomes_true(search):
    along(search, directive='#include <value.h>\n#if __has_include("option.h")\n#include "option.h"\n#else\n#define OPTION 0\n#endif\nint o = OPTION;')
    search.write("second/option.h", value(1, "OPTION"))
    search.miss()
    search.write("src/option.h", value(2, "OPTION"))
    search.miss()
    remove(search, "src/option.h")
    search.hit()
    remove(search, "second/option.h")
    search.hit()
    search.path("second/option.h").mkdir()
    search.right()
    search.path("second/option.h").rmdir()
    search.hit()


@pytest.fixture
def linked(search):
    """The directories that are searched are links."""
    for name, number in (("a", 1), ("b", 2), ("other", 4)):
        search.write(f"{name}/value.h", value(number))
    search.path("empty").mkdir()
    remove(search, "first", "second", "third")
    for target, name in (("a", "third"), ("empty", "first"), ("a", "second")):
        replace_link(search, target, name)
    search.settle("src/user.c", "a/value.h", ".")
    search.miss()
    return search


def test_retargeted_links(linked):
    linked.hit()
    replace_link(linked, "b", "second")
    linked.miss()
    replace_link(linked, "other", "first")
    linked.miss()
    replace_link(linked, "empty", "first")
    replace_link(linked, "a", "second")
    linked.hit()
    replace_link(linked, "../b/value.h", "a/value.h")
    linked.right()
    replace_link(linked, "../other/value.h", "a/value.h")
    linked.miss()
    replace_link(linked, "../b/value.h", "a/value.h")
    linked.hit()
    linked.write("b/value.h", value(5))
    linked.miss()


def test_precompiled_header_appears(search):
    along(search)
    (search.dir / "value.h").write_text(value(33))
    search.run("gcc -g -Ifirst -Isecond -Ithird -x c-header ../value.h -o ../value.h.gch").check()
    for name in ("third", "first"):
        trees.copy(search.dir / "value.h.gch", search.path(f"{name}/value.h.gch"))
        search.right()
    remove(search, "third/value.h.gch")
    search.right()
    remove(search, "first/value.h.gch")
    search.hit()


def test_macros_that_are_no_names_of_headers(search):
    along(search, directive='#include <value.h>\n#define SLASH "/"\n#define DIRECTORY "/usr/"\n#define NOTHING ""\n#define DOT "."\n#define UP ".."\n'
                            '#define ZERO "a\\0b"')


def test_forced_includes(search):
    search.write("third/forced.h", value(3))
    search.write_source("int x = VALUE;\n")
    search.settle("src/user.c", "third/forced.h", ".")
    search.miss("-include forced.h")
    search.hit("-include forced.h")
    search.write("second/forced.h", value(2))
    search.miss("-include forced.h")
    search.write("forced.h", value(1))
    search.miss("-include forced.h")
    remove(search, "forced.h", "second/forced.h")
    search.hit("-include forced.h")
    search.miss("-imacros forced.h")
    search.write("forced.h", value(1))
    search.miss("-imacros forced.h")


def test_the_header_that_nobody_names(search):
    """gcc includes it before everything else, from wherever it finds it first."""
    along(search)
    search.write("second/stdc-predef.h", value(77))
    search.write("third/value.h", "\n")
    search.miss()
    remove(search, "second/stdc-predef.h")
    search.write("third/value.h", value(3))
    search.hit()


def test_the_header_that_nobody_names_in_another_root(search):
    search.path("root/usr/include").mkdir(parents=True)
    search.settle("root", "root/usr", "root/usr/include")
    search.miss("--sysroot=root")
    search.hit("--sysroot=root")
    search.write("second/stdc-predef.h", "#define OTHER int other;\n")
    search.write("src/user.c", "#include <value.h>\nint x = VALUE;\n#ifdef OTHER\nOTHER\n#endif\n")
    search.miss("--sysroot=root")
    remove(search, "second/stdc-predef.h")
    search.miss("--sysroot=root")
    search.settle("second", "first", "src/user.c")
    search.hit("--sysroot=root")
    search.write("second/stdc-predef.h", "#define OTHER int another;\n")
    search.miss("--sysroot=root")


def test_directories_of_the_driver(search):
    """Those that the driver adds to the search if they are there."""
    along(search)
    search.path("tools").mkdir()
    search.settle("tools")
    search.right("-Btools")
    search.right("-Btools")
    search.path("tools/include").mkdir()
    search.right("-Btools")
    search.write("tools/include/value.h", value(8))
    search.right("-Btools")
    remove(search, "third/value.h")
    search.right("-Btools")
    remove(search, "tools/include")
    search.right("-Btools")
    search.write("tools/include/value.h", value(9))
    search.right("-Btools")
    search.right(COMPILER_PATH=search.path("tools"))
    remove(search, "tools/include/value.h")
    search.right(COMPILER_PATH=search.path("tools"))


def write_profile(case):
    """The data of a run of the program, in the case's directory."""
    case.write("../main.c", "int f(int); int main(void) { int s = 0; for (int i = 0; i < 100; i++) s += f(i); return s == 0; }\n")
    case.run("gcc -O2 -Ifirst -fprofile-generate -fprofile-update=single -c src/user.c -o out/user.o").check()
    case.run("gcc -fprofile-generate out/user.o ../main.c -o ../main").check()
    for path in case.path("out").glob("*.gcda"):
        path.unlink()
    case.run("../main").check()
    return next(case.path("out").rglob("*.gcda")).read_bytes()


def test_profile_data_appears(search):
    search.write_source("int f(int x) { return x > 3 ? x * 5 : 2; }\n")
    search.settle("src/user.c", ".")
    for _ in range(2):
        search.right("-O2 -fprofile-use=prof")
    profile = write_profile(search)
    search.path("prof").mkdir()
    search.right("-O2 -fprofile-use=prof")
    for name in ("user.gcda", f"{search.tree}/out/user.gcda".replace("/", "#")):
        search.write(f"prof/{name}", profile)
        search.right("-O2 -fprofile-use=prof")
        search.right("-O2 -fprofile-use=prof")
    search.write("user.gcda", profile)
    search.right("-O2 -fprofile-use")
    remove(search, "user.gcda")
    search.right("-O2 -fprofile-use")


def test_assembled_files(search):
    search.write_source('__asm__(".data\\n.globl x\\nx: .incbin \\"bytes.bin\\"\\n.include \\"more.inc\\"\\n");\n')
    search.write("third/bytes.bin", "one")
    search.write("third/more.inc", ".long 1\n")
    search.settle("third/more.inc", ".")
    search.miss()
    search.hit()
    search.write("third/bytes.bin", "two")
    search.miss()
    search.write("first/bytes.bin", "six")
    search.miss()
    search.write("more.inc", ".long 5\n")
    search.miss()
    remove(search, "more.inc", "first/bytes.bin")
    search.write("third/bytes.bin", "one")
    search.hit()


@pytest.fixture
def clang(search):
    search.words = SEARCH.format("clang", "{}")
    return search


@pytest.mark.needs("clang")
def test_clang(clang):
    clang.write_source('#include "value.h"\n#if __has_include(<option.h>)\nint o;\n#endif\nint x = VALUE;\n')
    clang.settle("src/user.c", "third/value.h", "first")
    clang.miss()
    clang.hit()
    clang.write("first/value.h", value(1))
    clang.miss()
    clang.write("second/option.h", "\n")
    clang.miss()
    remove(clang, "second/option.h", "first/value.h")
    clang.hit()


@pytest.mark.needs("clang")
@pytest.mark.parametrize(("made", "options"), [("third/value.h.pch", "-include value.h"), ("out.pch", "-include-pch out.pch")], ids=["beside", "named"])
def test_clang_with_a_precompiled_header(clang, made, options):
    clang.run(f"clang -g -x c-header third/value.h -o {made}").check()
    clang.right(options)
    clang.right(options)
    os.utime(clang.path("third/value.h"), (1893456000, 1893456000))
    clang.right(options)
    clang.right(options)


@pytest.mark.needs("clang")
def test_clang_overlay_and_modules(clang):
    clang.write("real.h", value(9))
    clang.write("other.h", value(7))
    contents = '[{{"name":"value.h","type":"file","external-contents":"{0}/{1}"}}]'
    overlay = f'{{{{"version":0,"roots":[{{{{"name":"{{0}}/third","type":"directory","contents":{contents}}}}}]}}}}\n'
    clang.write("overlay.yaml", overlay.format(clang.tree, "real.h"))
    clang.right("-ivfsoverlay overlay.yaml")
    clang.right("-ivfsoverlay overlay.yaml")
    clang.write("real.h", value(8))
    clang.right("-ivfsoverlay overlay.yaml")
    clang.right()
    clang.write("overlay.yaml", overlay.format(clang.tree, "other.h"))
    clang.right("-ivfsoverlay overlay.yaml")


@pytest.mark.needs("clang")
def test_clang_modules(clang):
    modules = "-fmodules -fmodules-cache-path=../modules"
    clang.right(modules)
    clang.write("third/module.modulemap", 'module value { header "value.h" }\n')
    clang.right(modules)
    clang.write("third/value.h", value(6))
    clang.right(modules)
