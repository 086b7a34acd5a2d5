"""The cache of results, where compiles were observed: what a compile did not look at and did not ask for may change, and its result is known all
the same. Each object and message is the plain compiler's."""

import re

import pytest
from harness.machine import eventually, need

EARLY, LATER, LATE = "1700000000", "1700000077", "1800000000"


def write_project(cache):
    """Three sources that do not use the date."""
    cache.write("inc/a.h", "#define A 1\nint puts(const char *);\n")
    for number in (1, 2, 3):
        cache.write_source(f'#include <stdio.h>\n#include "a.h"\nint f{number}(void) {{ return puts("x") + A; }}\n', f"src/plain{number}.c")


@pytest.fixture
def project(cache):
    write_project(cache)
    return cache


def build(name="plain1", compiler="gcc"):
    return f"{compiler} -Iinc -O1 -c src/{name}.c -o out/{name}.o"


def build_three(compiler):
    return "; ".join(f"$WRAPPER {build(f'plain{number}', compiler)}" for number in (1, 2, 3))


@pytest.mark.parametrize("compiler", ["gcc", "clang", "clang-19"])
def test_another_date_each_build(project, compiler):
    """As makepkg does: each build has another SOURCE_DATE_EPOCH."""
    need(compiler)
    project.right_script(build_three(compiler), SOURCE_DATE_EPOCH=EARLY)
    project.expect_outcomes("remote; miss: ", 3)
    for epoch in (LATER, None):
        project.right_script(build_three(compiler), SOURCE_DATE_EPOCH=epoch)
        project.expect_outcomes("cached; hit: ", 3)


SPELLINGS = {
    "date": "const char *d = __DATE__;",
    "pasted_time": "const char *d = DUNDER(TIME);",
    "pasted_date": "const char *d = PASTE(__DA, TE__);",
    "later": "const char *d = LATER;",
    "both": "#if 1\nconst char *d = __TIME__ __DATE__;\n#endif",
    "pragma": '_Pragma("message(__DATE__)") const char *d = DUNDER(DATE);',
    "timestamp": "const char *d = __TIMESTAMP__;",
}


def write_dated(cache, spelling):
    write_project(cache)
    cache.write_source('#include "a.h"\n#define DUNDER(x) __##x##__\n#define PASTE(a, b) a##b\n#define LATER DUNDER(DATE)\n' + SPELLINGS[spelling] + "\n",
                       "src/date.c")


@pytest.mark.parametrize("spelling", [name for name in SPELLINGS if name != "timestamp"])
def test_another_date_where_the_date_is_used(cache, spelling):
    write_dated(cache, spelling)
    cache.miss(build("date"), SOURCE_DATE_EPOCH=EARLY)
    cache.hit(build("date"), SOURCE_DATE_EPOCH=EARLY)
    cache.right(build("date"), SOURCE_DATE_EPOCH=LATE)
    cache.expect_outcomes("remote; miss: the variable SOURCE_DATE_EPOCH changed")
    cache.hit(build("date"), SOURCE_DATE_EPOCH=EARLY)
    if spelling not in ("pasted_time", "both"):  # those with the time of day differ at once
        cache.no_hit(build("date"))


@pytest.mark.needs("clang-19")
@pytest.mark.parametrize("spelling", ["date", "pasted_time", "timestamp"])
def test_another_date_where_clang_uses_it(cache, spelling):
    write_dated(cache, spelling)
    cache.right(build("date", "clang-19"), SOURCE_DATE_EPOCH=EARLY)
    cache.no_hit(build("date", "clang-19"), SOURCE_DATE_EPOCH=LATE)


@pytest.mark.needs("clang-19")
def test_a_date_that_clang_refuses(project):
    project.right(build(compiler="clang-19"), SOURCE_DATE_EPOCH=EARLY)
    project.hit(build(compiler="clang-19"), SOURCE_DATE_EPOCH=EARLY)
    project.no_hit(build(compiler="clang-19"), SOURCE_DATE_EPOCH="yesterday")


def test_other_variables(project):
    """What was not asked for does not count; what was asked for does."""
    project.miss(build())
    project.hit(build(), GCC_COLORS="error=01", VTE_VERSION="5000", COLORTERM="truecolor", NO_COLOR="1")
    project.hit(build(), CLICOLOR_FORCE="1", TERMINFO="/nowhere", COLUMNS="40")
    project.no_hit(build(), CPATH="more")
    project.no_hit(build(), GCC_EXTRA_DIAGNOSTIC_OUTPUT="fixits-v1")
    project.hit(build())


UNREAD = ["inc/off.h", "inc/never.h", "inc/guarded.h", "win32/a.h", "inc/else.h", "inc/unused.h"]
READS_LITTLE = """#ifdef OFF
#include "off.h"
#endif
#if 0
#include <never.h>
#endif
#define GUARDED
#ifndef GUARDED
#include "guarded.h"
#endif
#ifdef _WIN32
#include "../win32/a.h"
#else
#include "a.h"
#endif
#if 1
#elif 1
#include "else.h"
#endif
#define UNUSED "unused.h"
#ifdef OFF
#include UNUSED
#endif
int x = A;
"""


def test_unread_header(project):
    """An edit of a header that no compile reads, in five ways of not reading it."""
    for name in UNREAD:
        project.write(name, "int unread;\n")
    project.write_source(READS_LITTLE, "src/edit.c")
    project.miss(build("edit"))
    for name in UNREAD:
        project.write(name, "#error nobody reads this\n")
        project.hit(build("edit"))
    project.path("inc/off.h").unlink()
    project.hit(build("edit"))
    project.write("inc/a.h", "#define A 2\n")
    project.right(build("edit"))
    project.expect_outcomes("remote; miss: .*/inc/a.h changed")
    project.no_hit("gcc -Iinc -DOFF -c src/edit.c -o out/edit.o", FLOE_CACHE="read")


LOOKS_AROUND = """#define OPT <opt.h>
#include "a.h"
#include <stddef.h>
#if __has_include(<opt.h>)
#include OPT
#endif
#ifdef __has_include
#if __has_include("beside.h")
#include "beside.h"
#endif
#endif
int x = A;
"""


def test_appearing_header(project):
    """A header that appears where it was looked for in vain."""
    look = "gcc -Ifirst -Isecond -Iinc -c src/look.c -o out/look.o"
    project.write_source(LOOKS_AROUND, "src/look.c")
    for name in ("first", "second"):
        project.path(name).mkdir()
    project.miss(look)
    project.hit(look)
    for name in ("second/a.h", "first/a.h", "src/a.h", "src/beside.h", "second/opt.h", "first/opt.h", "first/stddef.h"):
        project.write(name, "#define A 7\n")
        project.right(look)
        project.expect_outcomes("(remote|local); ")
        project.path(name).unlink()
        project.hit(look)


LISTED = "root/usr/lib/gcc/x86_64-linux-gnu"


def add_gcc(cache, version):
    cache.write(f"{LISTED}/{version}/crtbegin.o", "")
    cache.write(f"root/usr/include/c++/{version}/which", f"int version = {version.partition('.')[0]};\n")


@pytest.mark.needs("clang")
def test_appearing_gcc(cache):
    """clang lists the directories of gcc and takes the newest version. None of these names is looked for."""
    command = f"clang++ --sysroot={cache.place}/root -c src/which.cpp -o out/which.o"
    cache.write_source("#include <which>\n", "src/which.cpp")
    add_gcc(cache, "9")
    cache.right(command)
    cache.expect_outcomes("(remote|local); ")
    cache.hit(command)
    for version in ("10", "8", "11.2", "12"):
        add_gcc(cache, version)
        cache.right(command)
        cache.hit(command)
    cache.path(f"{LISTED}/13").mkdir()  # has nothing
    cache.right(command)
    cache.right(command)
    cache.run(["rm", "-r", f"{LISTED}/12"]).check()
    cache.right(command)
    cache.path(f"{LISTED}/11.2").rename(cache.path(f"{LISTED}/14"))
    cache.right(command)
    cache.right(command)


def held_by_others(cache):
    """How many results nodes 2 and 3 have."""
    return sum(cache.mesh.run("cache", "stats", "--json", node=node).check().json()["entries"] for node in (2, 3))


class TestRestart:
    """On a mesh of its own: copies of results of earlier cases would be taken for this one's."""

    @pytest.fixture
    def mesh(self, make_mesh):
        mesh = make_mesh("observed", 3, prepared=True).start()
        yield mesh
        mesh.stop()

    def test_after_a_restart(self, project):
        """A node that has just started knows from others what compiles have looked at."""
        project.write("inc/off.h", "int unread;\n")
        project.write_source('#ifdef OFF\n#include "off.h"\n#endif\n#include "a.h"\nint x = A;\n', "src/edit.c")
        before = held_by_others(project)
        project.miss(build("edit"), SOURCE_DATE_EPOCH=EARLY)
        # The result, and what its compile has looked at.
        eventually(lambda: held_by_others(project) >= before + 2, "no other node has copies")
        project.settle("inc/off.h")
        project.mesh[1].restart()
        project.mesh.await_complete()
        project.write("inc/off.h", "int edited;\n")
        project.hit(build("edit"), SOURCE_DATE_EPOCH="1700000099")


def explained(cache, name, expected):
    """Whether a line about the cache begins so where a compile is explained."""
    said = cache.floe(f"explain floe-cc {build(name)}", SOURCE_DATE_EPOCH="1700000099").text
    return re.search(f"^cache      {expected}", said, re.MULTILINE)


def test_explanation(cache):
    """What the user is told beforehand."""
    write_dated(cache, "date")
    cache.miss(build("plain1"), SOURCE_DATE_EPOCH=EARLY)
    cache.miss(build("date"), SOURCE_DATE_EPOCH=EARLY)
    assert explained(cache, "plain1", "hit: ")
    assert explained(cache, "date", "miss: the variable SOURCE_DATE_EPOCH changed")
