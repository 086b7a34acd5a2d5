"""Names that macros make, and files beside the compiler that come and go: what discovery does not find is found by the check. The first
compile is at most repaired, the next is proven at once, and a kept result serves no longer than it is the plain compiler's."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
from harness.machine import need, output_of

CONFORMANCE = pathlib.Path(__file__).parent.parent / "lib/conformance"
COMPILERS = ["gcc", "clang"]
COMPILE = "-c src/user.c -o out/user.o"


@pytest.fixture(params=COMPILERS)
def compiler(request):
    need(request.param)
    return request.param


def expect_proof(case, pattern):
    record = case.await_records()[-1]
    assert re.fullmatch(pattern, record["proof"]), f"{record['proof']}: {case.outcomes()} missed {record.get('missed')}"


def once(case, command):
    """Runs remotely, at most repaired; then, without the cache, proven at once."""
    case.right(command)
    expect_proof(case, "proven|repaired")
    case.right(command, FLOE_CACHE="off")
    expect_proof(case, "proven")


MACROS = {
    "argument": "#define HAS(n) __has_include(<n.h>)\n#if HAS(opt)\nint y;\n#endif\n",
    "name": "#define H <opt.h>\n#if __has_include(H)\nint y;\n#endif\n",
    "two": "#define HAS(x) __has_include(x)\n#define ALSO(y) HAS(<y.h>)\n#if 0\n#elif ALSO(opt)\nint y;\n#endif\n",
    "text": "#define T(x) #x\n#define HAS __has_include\n#if HAS(T(opt.h))\nint y;\n#endif\n",
    "part": "#define LIB lib\n#define H <LIB/x.h>\n#include H\nint y = X;\n",
    "quoted": "#define T_(x) #x\n#define T(x) T_(x)\n#define LIB lib\n#include T(LIB/x.h)\nint y = X;\n",
}


@pytest.mark.parametrize("kind", MACROS)
def test_macros_that_look_for_headers(cache, compiler, kind):
    cache.write_source(MACROS[kind])
    cache.write("inc/opt.h", "")
    cache.write("inc/lib/x.h", "#define X 1\n")
    once(cache, f"{compiler} -Iinc {COMPILE}")


def test_files_whose_times_count(cache, compiler):
    cache.write_source('#pragma GCC dependency "../inc/made.y"\nint y;\n')
    os.utime(cache.write("inc/made.y", ""), (1577836800, 1577836800))
    os.utime(cache.path("src/user.c"), (1609459200, 1609459200))
    once(cache, f"{compiler} {COMPILE}")


@pytest.fixture
def library(cache):
    cache.write("inc/lib/x.h", "#define X 2\n")
    return cache


def test_headers_by_other_names(library):
    library.write_source("#include <long.h>\nint y = X;\n")
    library.write("inc/lib/header.gcc", "long.h x.h\n")
    once(library, f"gcc -remap -Iinc/lib {COMPILE}")


def test_headers_by_trigraphs(library, compiler):
    library.write_source("??=include <x.h>\nint y = X;\n")
    once(library, f"{compiler} -std=c99 -w -Iinc/lib {COMPILE}")


@pytest.mark.needs("clang")
def test_headers_by_a_map(library):
    library.write_source("#include <M/m.h>\nint y = X;\n")
    subprocess.run([sys.executable, CONFORMANCE / "header_map.py", library.path("inc/m.hmap"), "M/m.h", f"{library.tree}/inc/lib/", "x.h"], check=True)
    once(library, f"clang -I inc/m.hmap {COMPILE}")


PROBES = {
    "argument": "#define HAS(n) __has_include(<n.h>)\n#if HAS(opt)\n",
    "alias": '#define PROBE __has_include\n#if PROBE("opt.h")\n',
    "name": "#define H <opt.h>\n#if __has_include(H)\n",
    "text": "#define T(x) #x\n#if __has_include(T(opt.h))\n",
    "two": "#define HAS(x) __has_include(x)\n#define ALSO(y) HAS(<y.h>)\n#if ALSO(opt)\n",
    "option": "#if 0\n#elif HAS\n",
}


@pytest.mark.parametrize("kind", PROBES)
def test_a_header_appears(cache, compiler, kind):
    """A kept result is served only while what its compile missed is missing."""
    cache.write_source(f"{PROBES[kind]}int y = 1;\n#else\nint y = 0;\n#endif\n")
    cache.path("inc").mkdir()
    command = f"{compiler} -Iinc {'' if kind in ('argument', 'two') else '-DHAS=__has_include(<opt.h>)'} {COMPILE}"
    words = [word for word in re.split(" +", command) if word]
    cache.right(words)
    cache.hit(words)
    cache.write("inc/opt.h", "")
    cache.no_hit(words)
    cache.path("inc/opt.h").unlink()
    cache.right(words)


def test_lines_of_a_file_that_appears(cache):
    cache.write_source('#define GRAMMAR "src/g.y"\n#line 2 GRAMMAR\nint f(void) { int unused; return 0; }\n')
    cache.right(f"gcc -Wall {COMPILE}")
    cache.hit(f"gcc -Wall {COMPILE}")
    for text in ("one\ntwo: unused\n", "one\nTWO: unused\n"):
        cache.write("src/g.y", text)
        cache.no_hit(f"gcc -Wall {COMPILE}")


@pytest.fixture
def own_clang(cache):
    """A clang of the case's own, because configuration files lie beside the driver; its directory."""
    need("clang-19")
    directory = cache.dir / "llvm/bin"
    directory.mkdir(parents=True)
    shutil.copy(os.path.join(os.path.dirname(os.path.realpath(shutil.which("clang-19"))), "clang"), directory / "clang-19")
    for name in ("clang", "clang++"):
        os.symlink("clang-19", directory / name)
    shutil.copytree(output_of("clang-19", "-print-resource-dir"), cache.dir / "llvm/lib/clang/19")
    cache.write_source("#ifdef CONFIGURED\nint y = CONFIGURED;\n#endif\nint z;\n")
    return directory


def test_a_configuration_file_appears(cache, own_clang):
    command = f"{own_clang}/clang {COMPILE}"
    cache.right(command)
    cache.hit(command)
    (own_clang / "clang.cfg").write_text("-DCONFIGURED=1\n")
    cache.no_hit(command)
    # Some of them this clang does not read.
    for name in ("clang.cfg", "clang-19.cfg", "x86_64-pc-linux-gnu-clang.cfg", "x86_64-pc-linux-gnu.cfg"):
        for value in (2, len(name)):
            (own_clang / name).write_text(f"-DCONFIGURED={value}\n")
            cache.right(command)
        (own_clang / name).unlink()
        cache.right(command)


def test_a_configuration_file_appears_beside_a_link(cache, own_clang):
    """Beside the link by which the compiler is called, and not beside what that leads to."""
    (cache.dir / "other").mkdir()
    os.symlink(own_clang / "clang-19", cache.dir / "other/clang")
    command = f"{cache.dir}/other/clang {COMPILE}"
    cache.right(command)
    (cache.dir / "other/clang.cfg").write_text("-DCONFIGURED=3\n")
    cache.right(command)


def test_specs_change(cache):
    """A gcc finds a file specs in its installation; the one that is named is the project's."""
    command = f"gcc -specs=inc/my.specs {COMPILE}"
    cache.write_source("#ifdef FROM_SPECS\nint y = FROM_SPECS;\n#endif\nint z;\n")
    specs = "*cpp:\n+ -DFROM_SPECS={}\n\n"
    cache.write("inc/my.specs", specs.format(1))
    cache.miss(command)
    cache.hit(command)
    cache.write("inc/my.specs", specs.format(2))
    cache.miss(command)
    cache.write("inc/my.specs", "%include <inc/more.specs>\n")
    cache.write("inc/more.specs", specs.format(3))
    cache.right(command)
    cache.write("inc/more.specs", specs.format(4))
    cache.no_hit(command)


def test_a_prefix_gets_programs(cache):
    command = f"gcc -B bin {COMPILE}"
    cache.write_source("int y;\n")
    cache.path("bin").mkdir()
    cache.right(command)
    cache.right(command)
    cache.write("bin/as", '#!/bin/sh\nexec /usr/bin/as --defsym OWN=1 "$@"\n', mode=0o755)
    cache.no_hit(command)
    cache.path("bin/as").unlink()
    cache.right(command)
