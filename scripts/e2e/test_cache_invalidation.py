"""The cache of results, attacked by what changes: contents, times, modes, environment, options, compilers, the clock. Each object and each
message is the plain compiler's, and the job log says hit or miss where it must."""

import os

import pytest
from harness.machine import is_root


@pytest.fixture
def user(cache):
    """The usual source."""
    cache.write_user()
    return cache


def touch(path, date):
    """Sets the time of a file to the beginning of a year, or to what another file has."""
    import calendar

    seconds = date if isinstance(date, int) else calendar.timegm((int(date[:4]), 1, 1, 0, 0, 0))
    os.utime(path, ns=(seconds, seconds) if seconds > 10**12 else (seconds * 10**9, seconds * 10**9))


def test_second_time(user):
    user.miss("-g -O2")
    user.hit("-g -O2")
    user.miss("-g -O1")
    user.hit("-g -O2")
    user.miss("-g -O2 -DX")


def test_swapped_contents(user):
    one, two, other = user.write("inc/one.h", "#define V 1\n"), user.write("inc/two.h", "#define V 2\n"), user.path("inc/other.h")
    user.write_source('#include "one.h"\nint one = V;\n#undef V\n#include "two.h"\nint two = V;\n')
    user.miss()
    user.settle("inc/two.h", "inc")
    user.hit()
    for expect in (user.miss, user.hit):
        one.rename(other)
        two.rename(one)
        other.rename(two)
        expect()
    user.write("inc/one.h", "#define V 2\n")
    user.write("inc/two.h", "#define V 1\n")
    user.hit()


def write_both(cache, text):
    cache.write("inc/a.h", text)
    cache.write("inc/b.h", text)


def test_equal_headers_changed_alike(cache):
    write_both(cache, "int add(int);\n")
    cache.write_source('#include "a.h"\n#include "b.h"\nint x;\n')
    cache.miss("-g")
    cache.hit("-g")
    cache.settle("inc/b.h")
    cache.hit("-g")
    write_both(cache, "int sub(int);\n")
    cache.miss("-g")
    cache.write("inc/a.h", "int add(int);\n")
    cache.miss("-g")
    cache.write("inc/b.h", "int add(int);\n")
    cache.right("-g")


def test_equal_headers_that_the_compiler_takes_for_one_file(cache):
    """By bytes and time."""
    write_both(cache, "#pragma once\nextern int once;\n")
    cache.write_source('#include "a.h"\n#include "b.h"\nint x;\n')
    touch(cache.path("inc/a.h"), "2021")
    touch(cache.path("inc/b.h"), "2021")
    cache.no_hit("-g -save-temps=obj")
    touch(cache.path("inc/b.h"), "2022")
    cache.no_hit("-g -save-temps=obj")
    touch(cache.path("inc/a.h"), "2022")
    cache.right("-g -save-temps=obj")


def test_touched_but_unchanged(user):
    header = user.path("inc/a.h")
    user.miss()
    header.touch()
    user.path("src/user.c").touch()
    user.hit()
    touch(header, "2001")
    user.hit()
    for name in ("inc/a.h", "inc/b.h", "inc"):
        touch(user.path(name), "2101")
    user.hit()
    header.write_bytes(header.read_bytes())
    user.hit()
    copy = user.dir / "copy.h"
    copy.write_bytes(header.read_bytes())
    copy.rename(header)
    user.hit()
    os.link(header, user.path("inc/hard.h"))
    user.right()


def test_same_size_and_time(user):
    header = user.path("inc/a.h")
    user.settle("inc/a.h", "inc", "src/user.c")
    user.miss()
    user.hit()
    time = header.stat().st_mtime_ns

    def edit(path, value):
        path.write_text(f"#define A {value}\n")
        touch(path, time)

    edit(header, 7)
    user.miss()
    edit(user.path("inc/new.h"), 8)
    user.path("inc/new.h").rename(header)
    user.miss()
    edit(header, 1)
    user.hit()
    user.settle("inc/a.h")
    user.hit()
    # Through another name of the same file.
    hard = user.dir / "hard.h"
    os.link(header, hard)
    touch(hard, time)
    user.settle("inc/a.h")
    user.hit()
    edit(hard, 5)
    user.miss()


def test_same_second_edits(user):
    """Edits and compiles within ticks of the file system's clock; four values, so that most are hits."""
    plain = {}
    for value in range(4):
        user.write("inc/a.h", f"#define A {value}\n")
        user.run("gcc -Iinc -c src/user.c -o out/user.o").check()
        plain[value] = user.path("out/user.o").read_bytes()
    user.mark()
    for round_ in range(200):
        user.write("inc/a.h", f"#define A {round_ % 4}\n")
        user.compile("gcc -Iinc -c src/user.c -o out/user.o").check()
        assert user.path("out/user.o").read_bytes() == plain[round_ % 4], f"round {round_}"
    records = user.await_records(200)
    assert sum(record["decision"] == "cached" for record in records) >= 190


def test_modes_of_inputs(user):
    header = user.path("inc/a.h")
    user.miss()
    header.chmod(0o600)
    user.hit()
    header.chmod(0o755)
    user.path("src/user.c").chmod(0o755)
    user.hit()


def test_inputs_that_may_not_be_read(user):
    if is_root():
        pytest.skip("root may read everything")
    user.miss()
    for name, denied, allowed in (("inc/a.h", 0o000, 0o644), ("inc", 0o600, 0o755)):
        user.path(name).chmod(denied)
        user.no_hit()
        user.path(name).chmod(allowed)
        user.hit()


def test_diagnostics(user):
    user.write_source('#include "a.h"\nint f(int x) { int unused; if (x = 1) return "a"; }\n')
    for options in ("-Wall -Wextra", "-Wall -Wextra -fdiagnostics-color=always", "-Wall -fdiagnostics-format=json"):
        user.miss(options)
        assert user.floe_result.err
        user.hit(options)
    user.write_source('#include "a.h"\n#include <a.h>\nint g;\n')
    user.right("-H")
    user.right("-H")


def test_failures_are_not_kept(user):
    user.write("inc/a.h", "#error no\n")
    for _ in range(2):
        user.right()
        user.expect_outcomes("local; ")
    user.write("inc/a.h", "#define A 3\n")
    user.miss()
    user.write_source('#include "a.h"\nint f(int x) { int unused; }\n')
    user.miss("-Wall")
    for _ in range(2):
        user.right("-Wall -Werror")
        user.expect_outcomes("local; ")


def test_further_outputs(user):
    user.write_source('#include "a.h"\nint f(int x) { return x + A; }\n')
    for options in ("-MD -MP -MF out/deps.d -MT 'a target'", "-MMD -MF out/deps.d", "-save-temps=obj", "-Wa,-alhn=out/listing",
                    "-g -gsplit-dwarf -fstack-usage"):
        user.miss(options)
        user.hit(options)
    for name in ("user.dwo", "user.su"):
        assert (user.dir / "floe.files" / name).stat().st_size > 0


def test_outputs_elsewhere(user):
    user.write_source('#include "a.h"\nint f(int x) { return x + A; }\n')
    for options in ("-S -o -", "-o /dev/null"):
        user.right(options)
        user.right(options)
    for _ in range(2):
        user.right_script("mkdir out/sub && $WRAPPER gcc -Iinc -c src/user.c -o out/sub/user.o")
    user.expect_outcomes("cached; ")
    user.right("gcc -Iinc -c src/user.c -o out/sub/user.o")
    user.expect_outcomes("local; ")


@pytest.mark.parametrize(("options", "outcome"), [
    ("--coverage", "remote; not cached"),
    ("-ftime-report", "remote; not cached"),
    ("-Wa,-ag", "remote; not cached|local"),
    ("-Wa,--statistics", "remote; not cached|local"),
])
def test_coverage_is_not_kept(user, options, outcome):
    """What differs from compile to compile."""
    for _ in range(2):
        user.mark()
        user.compile(f"gcc {options} -Iinc -c src/user.c -o out/user.o").check()
        user.expect_outcomes(outcome)


def test_umask(user):
    user.miss("-MD", umask=0o022)
    user.settle("src/user.c", "src", "inc", ".")
    user.hit("-MD", umask=0o022)
    user.right("-MD", umask=0o077)
    user.hit("-MD", umask=0o077)
    user.right("-MD", umask=0o002)
    user.right("-MD", umask=0o002)
    user.hit("-MD", umask=0o022)
    user.hit("-MD", umask=0o077)


EXISTING = ["true", "echo old >out/user.o", "echo old >out/user.o && chmod 600 out/user.o", "echo old >out/hard && ln out/hard out/user.o",
            "ln -s soft out/user.o", "echo old >out/soft && ln -s soft out/user.o", "mkdir out/user.o", "ln -s none/soft out/user.o",
            "echo old >out/user.o && chmod 400 out/user.o"]


def test_existing_outputs(user):
    """What lies at the output's place already."""
    user.miss()
    for before in EXISTING:
        user.right_script(f"{before}; $WRAPPER gcc -Iinc -c src/user.c -o out/user.o")


def test_appended_dependencies(user):
    compile_ = "$WRAPPER gcc -Iinc -c src/user.c -o out/user.o"
    script = "\n".join(f"{variable} {compile_}" for variable in ("DEPENDENCIES_OUTPUT='out/all.d x.o'", "DEPENDENCIES_OUTPUT='out/all.d y.o'",
                                                                  "SUNPRO_DEPENDENCIES='out/sun.d x.o'", "SUNPRO_DEPENDENCIES='out/sun.d x.o'"))
    user.right_script(script)
    user.right_script(script)


def test_response_files(user):
    user.write("args.rsp", "-DC=1 @more.rsp\n")
    user.write("more.rsp", "-O1\n")
    user.write_source('#include "a.h"\nint x = C; int f(int y) { return y * 3 + A; }\n')
    user.miss("@args.rsp")
    user.hit("@args.rsp")
    user.write("args.rsp", "-DC=2 @more.rsp\n")
    user.miss("@args.rsp")
    user.write("more.rsp", "-O0\n")
    user.miss("@args.rsp")
    user.write("args.rsp", "-DC=1 @more.rsp\n")
    user.write("more.rsp", "-O1\n")
    user.hit("@args.rsp")


def test_what_the_builds_may(user):
    for allowed in ("read", "read", "write", "write", "off"):
        user.no_hit("-DN=1", FLOE_CACHE=allowed)
    user.hit("-DN=1", FLOE_CACHE="read")
    user.hit("-DN=1")
    user.no_hit("-DN=1", FLOE_CACHE="nonsense")
    user.no_hit("-DN=2", FLOE_CACHE="off")
    user.miss("-DN=2")
    user.right("-DN=2", FLOE_NODE="node2")
    user.expect_outcomes("remote")
    user.right("-DN=2", FLOE_MODE="local")
    user.expect_outcomes("local")


def test_two_submitters_at_once(user):
    plain = {}
    for number in range(1, 9):
        user.write(f"src/{number}.c", f'#include "a.h"\n#include <stdlib.h>\nint f{number} = A + {number};\n')
        user.run(f"gcc -g -O2 -Iinc -c src/{number}.c -o out/plain.o").check()
        plain[number] = user.path("out/plain.o").read_bytes()
    sockets = [user.mesh[1].socket, user.mesh[2].socket]
    for round_ in range(3):
        started = [user.start_compile(f"gcc -g -O2 -Iinc -c src/{number}.c -o out/{number}-{node}-{round_}.o", FLOE_SOCKET=socket)
                   for number in plain for node, socket in enumerate(sockets)]
        assert all(job.wait().code == 0 for job in started)
        for number, content in plain.items():
            for node in range(2):
                assert user.path(f"out/{number}-{node}-{round_}.o").read_bytes() == content
    for number, content in plain.items():
        for socket in sockets:
            user.compile(f"gcc -g -O2 -Iinc -c src/{number}.c -o out/{number}.o", FLOE_SOCKET=socket).check()
            assert user.path(f"out/{number}.o").read_bytes() == content
