"""The cache of results, attacked from around the project: time, environment, locale, the compiler's parts, files that change while they
are read. Each object and message is the plain compiler's, and the job log says hit or miss where it must."""

import os
import pathlib
import re
import shutil
import threading

import pytest
from harness import processes
from harness.machine import eventually, need, output_of

pytestmark = pytest.mark.slow

CLOCK = "__DATE__, __TIME__"


@pytest.fixture
def user(cache):
    cache.write_user()
    return cache


@pytest.mark.parametrize("text", ["const char *t = __DATE__;", "const char *t = __TIMESTAMP__;", "#define CAT(a, b) a##b\nconst char *t = CAT(__DA, TE__);",
                                  "const char *t = __DA\\\nTE__;"], ids=["date", "timestamp", "pasted", "spliced"])
def test_time_macros(user, text):
    user.write_source(f'#include "a.h"\n{text}\n')
    user.uncached(CLOCK)
    user.uncached(CLOCK)


def test_time_macros_in_headers(user):
    user.write_source('int x;\n#include "a.h"\n')
    user.write("inc/a.h", "const char *t = __DATE__;\n")
    user.uncached(CLOCK)
    user.write("inc/a.h", "extern const char *t;\n")
    user.miss()
    user.hit()
    user.uncached(CLOCK, "-DWHEN=__DATE__")
    user.write("inc/a.h", 'const char *t = "__DATE__"; /* __TIME__ */\n')
    user.miss()
    user.hit()


def test_fixed_time(user):
    user.env["TZ"] = "UTC"
    user.write_source('#include "a.h"\nconst char *t = __DATE__ __TIME__;\n')
    user.miss(SOURCE_DATE_EPOCH="86400")
    user.hit(SOURCE_DATE_EPOCH="86400")
    user.miss(SOURCE_DATE_EPOCH="864000")
    user.hit(SOURCE_DATE_EPOCH="86400")
    user.uncached("__DATE__", "gcc -Iinc -c -x c -DX src/user.c -o /dev/null")
    user.write_source('#include "a.h"\nconst char *t = __TIMESTAMP__;\n')
    for seconds in (1577836800, 1609459200, 1577836800):
        os.utime(user.path("src/user.c"), (seconds, seconds))
        user.uncached("__DATE__", SOURCE_DATE_EPOCH="86400")


@pytest.mark.needs("clang")
def test_fixed_time_of_clang(user):
    user.write_source('#include "a.h"\nconst char *t = __DATE__;\n')
    for _ in range(2):
        user.right("clang -Iinc -c src/user.c -o out/user.o", SOURCE_DATE_EPOCH="86400", TZ="UTC")


VARIABLES = ["CPATH=more", "CPATH=yet", "CPATH=:more", "C_INCLUDE_PATH=more", "C_INCLUDE_PATH=yet", "CPLUS_INCLUDE_PATH=more", "COMPILER_PATH=more",
             "GCC_EXEC_PREFIX=/usr/lib/gcc/", "LIBRARY_PATH=more", "LANG=de_DE.UTF-8", "LANGUAGE=de", "LC_ALL=C", "LC_ALL=POSIX", "LC_MESSAGES=C", "LC_CTYPE=C",
             "TZ=UTC", "TZ=Asia/Tokyo", "GCC_COLORS=error=01", "TERM=dumb", "TERM=xterm", "COLUMNS=40", "TMPDIR=/var/tmp", "HOME=/", "USER=x", "PWD=/",
             "GCC_EXTRA_DIAGNOSTIC_OUTPUT=fixits-v1", "GCC_EXTRA_DIAGNOSTIC_OUTPUT=fixits-v2", "CCC_OVERRIDE_OPTIONS=+-DA=5", "SOURCE_DATE_EPOCH=1",
             "SOURCE_DATE_EPOCH=nonsense", "POSIXLY_CORRECT=1", "MAKEFLAGS=-j4", "LD_LIBRARY_PATH=/tmp", "OUTPUT_CHARSET=latin1", "MALLOC_ARENA_MAX=1",
             "GCC_URLS=st", "TERM_URLS=st", "NO_COLOR=1", "CLICOLOR_FORCE=1"]


def test_environment(user):
    """Each variable, unset, set and changed, and back."""
    user.write("more/b.h", "#define B 20\n")
    user.write("yet/b.h", "#define B 30\n")
    user.write_source('#include "a.h"\n#include <b.h>\nint values[] = {A, B}; int f(int x) { int unused; }\n')
    user.miss("-Wall")
    for pair in VARIABLES:
        name, _, value = pair.partition("=")
        user.right("-Wall", **{name: value})
        user.right("-Wall", **{name: value})
    user.hit("-Wall")


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_locale(user, compiler):
    need(compiler)
    user.write("src/user.c", f'/* {user.name} */\n#include "a.h"\nint f(int x) {{ int unused; const char *s = "'.encode() + b"\303\274\377"
               + '"; return "a"; }\nwchar_t ü;\n'.encode())
    for locale in ("C", "C.UTF-8", "POSIX", "en_US.UTF-8", "nonsense", "C"):
        for _ in range(2):
            user.right(f"{compiler} -Wall -Wno-implicit -DWCHAR -Dwchar_t=int -Iinc -c src/user.c -o out/user.o", LC_ALL=locale)
        user.expect_outcomes("cached|local")


@pytest.fixture
def toolbox(user):
    """A gcc of the case's own; the directory of its parts."""
    real = pathlib.Path(output_of("gcc", "-print-prog-name=cc1")).parent
    parts = user.dir / "box/lib/gcc/x86_64-linux-gnu" / real.name
    shutil.copytree(real, parts, symlinks=True)
    (user.dir / "box/bin").mkdir()
    shutil.copy(os.path.realpath(shutil.which("gcc")), user.dir / "box/bin/gcc")
    found = user.run([user.dir / "box/bin/gcc", "-print-prog-name=cc1"]).check().text.strip()
    if not os.path.exists(found) or not os.path.samefile(found, parts / "cc1"):
        pytest.skip("gcc does not find the parts that stand beside it")
    return parts


def patch_version(path):
    """Another version number in its texts, and nothing else: same size, same times."""
    state, content = path.stat(), path.read_bytes()
    path.write_bytes(re.sub(rb"Debian 12\.2\.0", b"Debian 12.2.9", content.replace(b"GNU C17", b"GNU C71")))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def test_changed_compiler_under_the_same_driver(user, toolbox):
    if os.uname().machine != "x86_64":
        pytest.skip("this is for x86_64")
    compiler, command = user.dir / "box/bin/gcc", f"{user.dir}/box/bin/gcc -Iinc -fverbose-asm -S src/user.c -o out/user.s"
    user.settle(compiler, toolbox / "cc1", toolbox)
    user.floe("toolchain", "create", compiler).check()
    user.right(command)
    user.right(command)
    user.expect_outcomes("cached; ")
    first = (user.dir / "plain.files/user.s").read_bytes()
    shutil.copy2(toolbox / "cc1", user.dir / "old")
    patch_version(toolbox / "cc1")
    user.right(command)
    if (user.dir / "plain.files/user.s").read_bytes() == first:
        pytest.skip("the patched compiler does the same")
    user.right(command)
    shutil.move(user.dir / "old", toolbox / "cc1")
    user.right(command)
    assert (user.dir / "plain.files/user.s").read_bytes() == first
    user.right(command)
    user.expect_outcomes("cached; |remote; ")


def test_another_assembler_in_the_path(user):
    directory = user.dir / "bin"
    directory.mkdir()
    assembler = directory / "as"
    assembler.write_text('#!/bin/sh\nexec /usr/bin/as --defsym extra=7 "$@"\n')
    user.miss()
    assembler.chmod(0o755)
    path = f"{directory}:{user.env['PATH']}"
    user.right(PATH=path)
    user.right(PATH=path)
    assembler.rename(directory / "not")
    user.right(PATH=path)
    (directory / "not").rename(assembler)
    user.right(PATH=path)
    user.hit()


def swap_until(stop, case):
    """Two contents of two headers in turn, each whole, as fast as it goes."""
    new = case.dir / "new"
    while not stop.is_set():
        for number in (2, 1):
            for header in ("b", "a"):
                new.write_text(f"#define {header.upper()} {number}\n")
                new.rename(case.path(f"inc/{header}.h"))


def write_pair(case, first, second):
    case.write("inc/a.h", f"#define A {first}\n")
    case.write("inc/b.h", f"#define B {second}\n")


def test_files_that_change_while_they_are_read(user):
    """Whatever is read of files that change meanwhile: no result of it serves for files that are otherwise."""
    command = "gcc -Iinc -c src/user.c -o out/user.o"
    user.write_source('#include "a.h"\n' + "".join(f"#include <{name}.h>\n" for name in ("stdio", "stdlib", "string", "math", "time"))
                      + "#include <b.h>\nint values[] = {A, B};\n")
    plain = {}
    for pair in ((1, 1), (1, 2), (2, 1), (2, 2)):
        write_pair(user, *pair)
        user.run(command).check()
        plain[pair] = user.path("out/user.o").read_bytes()
    stop = threading.Event()
    swapper = threading.Thread(target=swap_until, args=(stop, user))
    swapper.start()
    try:
        for _ in range(80):
            user.compile(command).check()
            assert user.path("out/user.o").read_bytes() in plain.values()
    finally:
        stop.set()
        swapper.join()
    for pair, content in plain.items():
        write_pair(user, *pair)
        user.right()
        user.settle("inc/b.h")
        user.right()
        assert user.path("out/user.o").read_bytes() == content


def test_headers_that_change_what_is_included(cache):
    """A header that begins to ask for another one after the compiler has been asked and before it is read: the inputs are those of neither."""
    cache.write("inc/b.h", "enum { b = 1 };\n")
    cache.write("two/b.h", "enum { b = 2 };\n")
    cache.write_source('#include "a.h"\n#include <iostream>\n#include <regex>\n#include <map>\n#include <future>\n'
                       '#if ASKS\n#include <b.h>\n#else\n#include "../two/b.h"\n#endif\nint x = b;\n', "src/user.cpp")
    command = "g++ -Iinc -Itwo -c src/user.cpp -o out/user.o"
    for round_ in range(12):
        cache.write("inc/a.h", f"#define ASKS 0 // {round_}\n")
        new = cache.write("inc/new", f"#define ASKS 1 // {round_}\n")
        job = cache.start_compile(command)
        eventually(lambda: is_asked(job) or not job.runs(), "the compile does not end")
        new.rename(cache.path("inc/a.h"))
        job.wait()
        cache.right(command)
        cache.right(command)


def is_asked(job):
    """Whether the compiler of a job has been asked for the names of its inputs, below the wrapper."""
    lines = [processes.command_line(pid) for pid in processes.below(job.pid)]
    return any(os.path.basename(line[0]) == b"cc1plus" and any(word.startswith(b"-M") for word in line) for line in lines)


@pytest.mark.needs("faketime")
@pytest.mark.parametrize("offset", ["+1h", "-1h", "+400d", "-400d"])
def test_clock_of_the_node_jumps(user, offset):
    """The times of files, which are the kernel's, lie in its future or its past."""
    library = f"/usr/lib/{output_of('gcc', '-print-multiarch')}/faketime/libfaketime.so.1"
    user.cleanup.callback(user.mesh[1].restart)
    user.mesh[1].restart(environment={"LD_PRELOAD": library, "FAKETIME": offset})
    user.mesh.await_complete()
    user.right()
    user.settle("inc/a.h")
    for value in (1, 2, 3, 2, 1):
        user.write("inc/a.h", f"#define A {value}\n")
        user.right()
        user.right()
        user.path("src/sub").mkdir()
        user.right()
        user.write("src/a.h", f"#define A 10{value}\n")
        user.right()
        user.path("src/a.h").unlink()
        user.path("src/sub").rmdir()
        user.right()
