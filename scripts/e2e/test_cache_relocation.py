"""The cache of results, attacked from other places: another path of the same project, another build directory, names that only look as if
they lay in the project. Each object, dependency file and message is the plain compiler's at that very place."""

import os
import shutil

import pytest
from harness.machine import have

WHERE = "#pragma once\nstatic inline const char *where(void) { return __FILE__; }\n"
USER = ('#include <assert.h>\n#include "a.h"\n#include <b.h>\n#include "where.h"\n'
        "const char *f(int x) { assert(x > A + B); return x ? __FILE__ : where(); }\n")


def project(cache, name):
    """The same project at a place, where the case works from now on."""
    place = cache.at(name)
    cache.write_user()
    cache.write("inc/where.h", WHERE)
    cache.write_source(USER)
    cache.write_source(USER, "src/user.cpp")
    return place


def mapped(cache, options="", compiler="gcc"):
    """A compile with absolute names, whose place is mapped away."""
    place = cache.place
    return [*compiler.split(), f"-ffile-prefix-map={place}=.", *options.split(), f"-I{place}/inc", "-MD", "-MP", "-MF", "out/user.d", "-c",
            f"{place}/src/user.c", "-o", f"{place}/out/user.o"]


def test_relative_without_debug_information(cache):
    project(cache, "a/checkout")
    cache.miss("-O2 -Wall -MD")
    project(cache, "b/elsewhere/far/away")
    cache.hit("-O2 -Wall -MD")
    project(cache, "c")
    cache.hit("-O2 -Wall -MD")
    cache.write("inc/a.h", "#define A 9\n")
    cache.miss("-O2 -Wall -MD")


def test_relative_with_debug_information(cache):
    project(cache, "a/checkout")
    cache.miss("-g")
    project(cache, "b/elsewhere")
    cache.miss("-g")
    cache.hit("-g")
    cache.miss("-ggdb3")
    cache.at("a/checkout")
    cache.miss("-ggdb3")


def test_mapped_away(cache):
    project(cache, "a")
    cache.miss(mapped(cache, "-g -O1"))
    for place in ("b/elsewhere/far/away", "c/quite/somewhere-else", "c/quite/somewhere-els"):
        project(cache, place)
        cache.hit(mapped(cache, "-g -O1"))
    cache.miss(mapped(cache))
    cache.at("a")
    cache.hit(mapped(cache))


# Steps that share no factor with the columns of a line, so that each width breaks the lines elsewhere.
WIDTHS = range(1, 91, 17)
MORE_WIDTHS = range(2, 91, 5)


def write_names(cache):
    """A source with headers whose names a dependency file must escape."""
    source = ""
    for number in (1, 22, 333, 4444, 55555):
        for kind, name in (("h", f"h{number}.h"), ("hash", f"deep/er/a#b {number}.h"), ("money", f"deep/a$b{number}.h"), ("umlaut", f"über{number}.h")):
            cache.write(f"inc/{name}", f"extern int {kind}{number};\n")
            source += f'#include "{name}"\n'
    cache.write_source(source)


@pytest.mark.parametrize("widths", [WIDTHS, pytest.param(MORE_WIDTHS, marks=pytest.mark.slow)], ids=["some", "many"])
def test_dependency_files_of_every_width(cache, widths):
    """The lines of a dependency file are broken where their names reach a column; each length of the place breaks them elsewhere."""
    outcomes = []
    for width in widths:
        place = project(cache, f"w/{0:0{width}d}")
        write_names(cache)
        for command in (mapped(cache, "-g"), mapped(cache, f"-g -MT {place}/out/user.o -MT {place}/x:y"), mapped(cache, "-g", "clang")):
            if have(command[0]):
                cache.right(command)
                cache.await_records()
                outcomes += cache.outcomes()
    assert sum(outcome.startswith("cached") for outcome in outcomes) >= 6


FROM_BELOW = "gcc -I../inc {} -MD -c ../src/user.c -o out/user.o"


def test_another_build_directory(cache):
    project(cache, "project")
    cache.at("project/build")
    cache.miss(FROM_BELOW.format(""))
    for place in ("build-two", "build", "build-two"):
        cache.at(f"project/{place}")
        cache.hit(FROM_BELOW.format(""))
    cache.miss(FROM_BELOW.format("-g"))
    cache.at("project/build")
    cache.miss(FROM_BELOW.format("-g"))
    # One further down sees other names.
    cache.at("project/x/y")
    cache.miss("gcc -I../../inc -c ../../src/user.c -o out/user.o")


def test_absolute_names(cache):
    for name in ("a", "b"):
        place = project(cache, name)
        for expect in (cache.miss, cache.hit):
            expect(["gcc", f"-I{place}/inc", "-c", f"{place}/src/user.c", "-o", "out/user.o"])


def test_absolute_names_in_sources_options_and_variables(cache):
    for name in ("a", "b"):
        place = project(cache, name)
        cache.write("src/user.c", f'#include "{place}/inc/a.h"\nconst char *f = __FILE__;\n')
        cache.miss()
        cache.miss(["gcc", "-Iinc", f'-DROOT="{place}"', "-c", "src/user.c", "-o", "out/user.o"])
        cache.miss("-DN", CPATH=place / "inc")


LONG = "a-place-that-has-a-name-which-is-rather-long/so-that-its-real-name-is-longer-than-the-relative-name/of-anything/in-it"


def test_system_headers_with_long_relative_names(cache):
    """gcc calls system headers by their real names where these are shorter, which depends on how long the place's name is."""
    dots = "src/../" * 15 + "inc"
    for name in (LONG, "a"):
        project(cache, name)
        cache.right(f"gcc -isystem {dots} -MD -c src/user.c -o out/user.o")
    for name in ("b", LONG, "c"):
        project(cache, name)
        cache.right("gcc -MD -c src/user.c -o out/user.o", C_INCLUDE_PATH=dots)


def test_names_that_begin_like_the_root(cache):
    """A map takes away the beginning of a text: also of one that only begins like the project's root."""
    common = cache.dir / "proj-common/c.h"
    common.parent.mkdir()
    common.write_text("static const char *common = __FILE__;\n")
    for number, names in enumerate((("proj", "other"), ("other", "proj"))):
        for name in names:
            shutil.rmtree(cache.dir / name, ignore_errors=True)
        for name in names:
            project(cache, name)
            cache.write_source(f'/* {number} */\n#include "{common}"\nconst char *f(void) {{ return common; }}\n')
            cache.right(mapped(cache, "-g"))
            cache.right(mapped(cache))


NUMBERS = """#include "where.h"
constexpr unsigned hash(const char *s) { unsigned h = 5; while (*s) h = h * 33 + *s++; return h; }
constexpr unsigned numbers[] = {sizeof(__FILE__), hash(__FILE__), sizeof(__BASE_FILE__), hash(__BASE_FILE__), hash(__builtin_FILE())};
const unsigned *use = numbers;
unsigned lambda() { auto f = [] { return sizeof(__PRETTY_FUNCTION__); }; return f(); }
template <class T> constexpr unsigned name(T) { return hash(__PRETTY_FUNCTION__); }
unsigned named() { constexpr auto f = [] {}; constexpr unsigned n = name(f); return n; }
namespace { struct hidden { int x; }; }
unsigned hiding() { return hash(__PRETTY_FUNCTION__) + name(hidden{}); }
#define W(x) L##x
#define WIDE(x) W(x)
const wchar_t *wide = WIDE(__BASE_FILE__);
"""


@pytest.mark.parametrize("compiler", [pytest.param(name, marks=pytest.mark.needs(name)) for name in ("g++", "clang++")])
def test_numbers_made_of_names(cache, compiler):
    """What a number tells of the place cannot be found in the object as a text."""
    for name in ("a", "b/longer", "c/the/longest"):
        place = project(cache, name)
        cache.write("src/user.cpp", NUMBERS)
        by_map = [compiler, "-std=c++17", f"-ffile-prefix-map={place}=.", f"-I{place}/inc", "-c", f"{place}/src/user.cpp", "-o", "out/user.o"]
        for command in (by_map, [*by_map, "-g", "-O2"], f"{compiler} -std=c++17 -Iinc -c src/user.cpp -o out/user.o",
                        f"{compiler} -std=c++17 -Iinc -c src/../src/user.cpp -o out/user.o -fsanitize=address,undefined"):
            cache.right(command)


def test_messages_that_name_the_place(cache):
    for name in ("a", "b/longer"):
        project(cache, name)
        cache.write_source('#include "a.h"\nint f(void) { int unused; }\n')
        cache.miss(mapped(cache, "-Wall"))
        cache.hit(mapped(cache, "-Wall"))
    cache.miss("-Wall")
    cache.at("a")
    cache.hit("-Wall")


MAPS = ["-fmacro-prefix-map", "-fmacro-prefix-map -g", "-fdebug-prefix-map -g", "-ffile-prefix-map -g -gsplit-dwarf", "-ffile-prefix-map -g -save-temps=obj",
        "-ffile-prefix-map -g3 -fverbose-asm -save-temps=obj", "-ffile-prefix-map -frecord-gcc-switches", "-ffile-prefix-map -fstack-usage -fcallgraph-info",
        "-ffile-prefix-map -ffile-prefix-map={place}/src=/usr/src -g", "-ffile-prefix-map -ffile-prefix-map={case}=/top -g",
        "-ffile-prefix-map -fdebug-prefix-map={place}/inc=/inc -g -gz"]


def mapped_by(cache, options):
    place = cache.place
    kind, *further = options.format(place=place, case=cache.dir).split()
    return ["gcc", f"{kind}={place}=.", *further, f"-I{place}/inc", "-c", f"{place}/src/user.c", "-o", "out/user.o"]


@pytest.mark.parametrize("options", MAPS)
def test_maps_of_other_kinds(cache, options):
    for name in ("a", "b/longer"):
        project(cache, name)
        cache.right(mapped_by(cache, options))


ESCAPED = ["größe", "a b", 'a"b', "a\\b", "a$b", "a#b", "a%b", "a'b", "a\tb", "a\001b", "plain", "größe/x", "x/größe"]
FRAGMENT = "$WRAPPER clang -gen-cdb-fragment-path out/db -Iinc -c src/user.c -o out/user.o && mv out/db/*.json out/db/fragment.json"


@pytest.fixture(params=ESCAPED)
def escaped(cache, request):
    """A project in a place whose name outputs must escape."""
    project(cache, request.param)
    cache.write("src/warn.c", '#include "a.h"\nint f(void) { int unused; return A; }\n')
    return cache


def test_places_that_outputs_escape(escaped):
    """Each format has its own escapes for what is no letter: make, JSON, YAML, C."""
    source, out = f"{escaped.place}/src/warn.c", f"{escaped.place}/out/user.o"
    escaped.right("-g -save-temps=obj")
    escaped.right("-fverbose-asm -save-temps=obj")
    escaped.right("-Wall -fdiagnostics-format=json")
    for name in ("src/warn.c", source):
        escaped.right(["gcc", "-Wall", "-fdiagnostics-format=json", "-c", name, "-o", "out/warn.o"])
    escaped.right(mapped(escaped, "-MD -g"))
    words = mapped(escaped, "-MMD")
    escaped.right([*words[:1], "-MT", out, *words[1:]])
    escaped.right(mapped_here(escaped, "-frecord-gcc-switches"))


def mapped_here(cache, *options):
    """As mapped_by, for places with spaces."""
    place = cache.place
    return ["gcc", f"-ffile-prefix-map={place}=.", *options, f"-I{place}/inc", "-c", f"{place}/src/user.c", "-o", "out/user.o"]


@pytest.mark.needs("clang")
def test_places_that_outputs_of_clang_escape(escaped):
    source = f"{escaped.place}/src/user.c"
    for words in (["-MJ", "out/u.json", "-c", "src/user.c"], ["-MJ", "out/u.json", "-c", source], ["-frecord-command-line", "-c", "src/user.c"],
                  ["-O2", "-fsave-optimization-record", "-c", source]):
        escaped.right(["clang", "-Iinc", *words, "-o", "out/user.o"])
    escaped.right_script(FRAGMENT)
    escaped.right(mapped(escaped, "-g -Wall", "clang"))


@pytest.mark.needs("clang-19")
def test_places_that_uris_escape(escaped):
    for source in ("src/warn.c", f"{escaped.place}/src/warn.c"):
        escaped.right(["clang-19", "-Wall", "-fdiagnostics-format=sarif", "-c", source, "-o", "out/warn.o"])


def test_a_place_behind_a_link(cache):
    project(cache, "real")
    os.symlink("real", cache.dir / "link")
    cache.place = cache.dir / "link"
    cache.right("-g")
    cache.right(mapped(cache, "-g"))


def test_links_in_the_place(cache):
    project(cache, "other")
    os.symlink(cache.dir / "other/inc", cache.dir / "other/linked")
    cache.right("gcc -g -Ilinked -c src/user.c -o out/user.o")
    cache.right("gcc -Ilinked -MD -c src/user.c -o out/user.o")
    project(cache, "third")
    os.symlink(cache.dir / "other/inc", cache.dir / "third/linked")
    cache.right("gcc -Ilinked -MD -c src/user.c -o out/user.o")
    (cache.dir / "other/inc/a.h").write_text("#define A 11\n")
    cache.right("gcc -Ilinked -MD -c src/user.c -o out/user.o")


def test_made_sources(cache):
    """Assembler and preprocessed sources, whose texts name places."""
    for name in ("a", "b/longer"):
        place = project(cache, name)
        cache.run(["gcc", "-g", "-S", "-Iinc", f"{place}/src/user.c", "-o", "made.s"]).check()
        cache.run(["gcc", "-E", "-Iinc", f"{place}/src/user.c", "-o", "made.i"]).check()
        cache.write("src/made.S", '#include "../inc/where2.h"\n.globl x\nx: .asciz __FILE__\n')
        cache.write("inc/where2.h", "")
        for command in ("gcc -c made.s", "gcc -g -c made.i", "gcc -c made.i", "gcc -g -c src/made.S", "gcc -c src/made.S",
                        f"gcc -c {place}/src/made.S -ffile-prefix-map={place}=. -g"):
            cache.right(f"{command} -o out/made.o")
