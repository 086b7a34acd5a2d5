"""All the ways in which people call compilers, and what they rely on: each gives what the plain compiler gives."""

import os
import re
import shutil
from pathlib import Path

import pytest
from harness import jobs, trees
from harness.machine import eventually, have, is_root, need

NAMES_OF_COMPILERS = ["cc", "c++", "gcc", "g++", "clang", "clang++", "c99", "gcc-12", "x86_64-linux-gnu-gcc", "x86_64-linux-gnu-g++-12", "clang-14"]


@pytest.fixture
def program(case):
    """A case whose tree has a small program."""
    case.write("include/twice.h", "#pragma once\nint twice(int);\n")
    case.write("src/twice.c", '#include "twice.h"\nint twice(int x) { return 2 * x; }\n')
    case.write("src/main.c", '#include <stdio.h>\n#include "twice.h"\nint main(void) { return printf("%d\\n", twice(21)) != 3; }\n')
    return case


def same_remote(case, *compiles, **options):
    for command in compiles:
        case.same(command, **options)
        case.expect_remote()


def same_each(case, *compiles, **options):
    for command in compiles:
        case.same(command, **options)


def test_prefix(program):
    same_remote(program, "gcc -O2 -g -Iinclude -c src/twice.c -o twice.o", "/usr/bin/gcc -O2 -g -Iinclude -c src/twice.c")


@pytest.mark.parametrize("name", NAMES_OF_COMPILERS)
def test_every_name_of_the_compilers(program, name):
    need(name)
    program.same(f"{name} -g -Iinclude -c src/twice.c")


@pytest.mark.needs("make")
def test_make(program):
    program.write("Makefile", "CFLAGS = -O1 -g -Iinclude -MMD -MP\nprogram: src/main.o src/twice.o ; $(CC) $^ -o $@\n-include src/main.d src/twice.d\n")
    program.same_script('make -s -j4 CC="$WRAPPER gcc"')
    program.await_record(lambda job: job["decision"] == "remote" and "-c" in job["argv"])
    assert program.run("./program").text == "42\n"


@pytest.fixture
def tools(program):
    """All of PATH is a directory of links, as Yocto's hosttools."""
    directory = program.dir / "tools"
    directory.mkdir()
    for tool in ("as", "ld", "ar", "objcopy", "sh"):
        os.symlink(shutil.which(tool), directory / tool)
    return directory


def same_in_tools(case, path, compiler):
    """What /usr/bin/gcc gives with that PATH; what comes before the first colon of a message is the compiler's name."""
    options = "-O2 -g -Iinclude -c src/twice.c -o twice.o"
    case.plainly(f"/usr/bin/gcc {options}", PATH=path)
    floe = case.through(f"{compiler} {options}", PATH=path)
    assert floe.code == case.plain.code
    assert re.sub(rb"(?m)^[a-z]*: ", b"gcc: ", floe.err) == re.sub(rb"(?m)^[a-z]*: ", b"gcc: ", case.plain.err)
    assert trees.difference(case.dir / "plain.tree", case.tree) is None
    return case.await_records()


@pytest.mark.parametrize("kind", ["absolute", "relative", "chain"])
def test_hosttools(program, tools, kind):
    """The compiler's name in PATH leads to Floe."""
    link = {"absolute": program.cc, "relative": os.path.relpath(program.cc, tools), "chain": "../links/gcc"}[kind]
    (program.dir / "links").mkdir()
    os.symlink(program.cc, program.dir / "links/gcc")
    os.symlink(link, tools / "gcc")
    os.symlink("../links/gcc", tools / "mine")
    for path, compiler in ((str(tools), "gcc"), (f":{tools}::", "gcc"), (str(tools), f"{tools}/gcc"), (str(tools), "mine")):
        found = compiler if "/" in compiler else f"{tools}/{compiler}"
        assert os.path.realpath(found) == os.path.realpath(program.cc)
        same_in_tools(program, path, compiler)
        program.expect_remote()
    # Without an assembler gcc fails, remotely as locally.
    (tools / "as").unlink()
    same_in_tools(program, str(tools), "gcc")


@pytest.mark.needs("ccache")
def test_ccache_with_the_prefix_outside_of_path(program):
    command = "gcc -O2 -Iinclude -c src/twice.c -o twice.o"
    variables = {"CCACHE_DIR": program.dir / "ccache", "PATH": "/usr/bin:/bin"}
    program.plainly(command, **variables)
    program.through(f"ccache {command}", **variables, CCACHE_PREFIX=program.cc)
    program.expect_like_plain()
    program.expect_remote()


CMAKE = """cmake -S . -B build -G 'Unix Makefiles' -DCMAKE_BUILD_TYPE=Debug ${WRAPPER:+"-DCMAKE_C_COMPILER_LAUNCHER=$WRAPPER"} >/dev/null &&
    cmake --build build -- -j4 >/dev/null &&
    rm -rf build/CMakeCache.txt build/CMakeFiles/[0-9]* build/CMakeFiles/*.yaml build/CMakeFiles/*.log build/Makefile \
        build/CMakeFiles/Makefile* build/CMakeFiles/*/build.make build/CMakeFiles/TargetDirectories.txt build/CMakeFiles/*.bin \
        build/CMakeFiles/program.dir/compiler_depend*"""


@pytest.mark.needs("cmake")
def test_cmake_launcher(program):
    program.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.10)\nproject(program C)\ninclude_directories(include)\n"
                                    "add_executable(program src/main.c src/twice.c)\n")
    program.same_script(CMAKE)
    assert program.run("build/program").text == "42\n"
    program.await_record(lambda job: job["decision"] == "remote" and (job.get("source") or "").endswith("twice.c"))


def test_links_in_path(program):
    links = program.prefix / "lib/floe/compilers"
    command = "gcc -g -Iinclude -c src/twice.c"
    program.plainly(command)
    for through in (command, f"{links}/{command}", f"{program.cc} {command}"):
        program.through(through, PATH=f"{links}:{program.env['PATH']}")
        program.expect_like_plain()
        program.expect_remote()


def test_links_above_links(program):
    links, more = program.prefix / "lib/floe/compilers", program.dir / "more"
    more.mkdir()
    os.symlink(links / "gcc", more / "gcc")
    shutil.copy(program.cc, more / "cc")
    program.plainly("gcc -g -Iinclude -c src/twice.c")
    program.through("gcc -g -Iinclude -c src/twice.c", PATH=f"{more}:{links}:{links}:{program.env['PATH']}")
    program.expect_like_plain()
    program.expect_remote()
    program.run("cc -g -Iinclude -c src/twice.c", PATH=f"{more}:{links}:{program.env['PATH']}").check()


def test_no_compiler_behind_the_links(case):
    name = "x86_64-nowhere-linux-gnu-gcc"
    case.path("only").mkdir()
    os.symlink(case.cc, case.path(f"only/{name}"))
    assert case.compile(f"{name} --version", PATH=case.path("only")).code == 127
    result = case.run(f"{case.path('only')}/{name} --version", PATH=case.path("only"))
    assert result.code == 127 and len(result.error_text.splitlines()) == 1


@pytest.mark.needs("ccache")
def test_ccache_prefix(program):
    program.same_script("CCACHE_RECACHE=1 CCACHE_PREFIX=$WRAPPER ccache gcc -g -Iinclude -c src/twice.c", CCACHE_DIR=program.dir / "ccache")
    program.await_record(lambda job: job["decision"] == "remote")


def test_modes(program):
    command = "gcc -Iinclude -c src/twice.c"
    for mode in ("auto", None):
        program.same(command, FLOE_MODE=mode)
        program.await_records()
    program.same(command, FLOE_MODE="local")
    program.expect_local("FLOE_MODE=local")
    same_remote(program, command)


def test_mode_off(program):
    program.same("gcc -Iinclude -c src/twice.c", FLOE_MODE="off")
    # If the node had been asked, its record of that would come before this one.
    program.compile("gcc -Iinclude -c src/twice.c -o later.o", FLOE_MODE="local").check()
    program.await_record(lambda job: "later.o" in job["argv"])
    assert len(program.records()) == 1


@pytest.mark.parametrize("data", ["", "data"])
def test_no_runtime_directory(case, data):
    if is_root():
        pytest.skip("this needs an ordinary user")
    if os.path.isdir(f"/run/user/{os.getuid()}"):
        pytest.skip(f"this user has /run/user/{os.getuid()}")
    (case.dir / "home").mkdir()
    case.env.update(HOME=str(case.dir / "home"), XDG_DATA_HOME=str(case.dir / data) if data else "")
    for name in ("FLOE_SOCKET", "FLOE_MODE", "FLOE_CACHE"):
        del case.env[name]
    case.env.pop("XDG_RUNTIME_DIR", None)
    case.write("x.c", "int x;\n")
    node = case.start([case.floe_path, "node", "--name", "lonely", "--data-dir", case.dir / "node", "--mesh-key", case.dir / "none", "--config", "/dev/null",
                       "--no-execute"])
    eventually(lambda: b"ready" in node.out, lambda: f"no node: {node.error_text}")
    assert case.compile("gcc -c x.c", FLOE_VERBOSE="1").check().err == b""
    eventually(lambda: "x.c" in case.floe("jobs").check().text, "no record of the job")


def test_directory_that_takes_no_output(case):
    if is_root():
        pytest.skip("root may write everywhere")
    case.path("closed").mkdir(mode=0o555)
    case.write("x.c", "int x;\n")
    case.same("gcc -c x.c -o closed/x.o")
    case.expect_local("cannot be written")
    same_remote(case, "gcc -c x.c -o x.o")


def test_unknown_mode(case):
    result = case.compile("gcc --version", FLOE_MODE="fast")
    assert result.code == 2 and result.out == b"" and len(result.error_text.splitlines()) == 1


def test_wanted_node(program):
    for node in ("node2", "node3", "node2", "node3"):
        program.same("gcc -Iinclude -c src/twice.c", FLOE_NODE=node)
        assert program.expect_remote()[0]["node"] == node
    program.same("gcc -Iinclude -c src/twice.c", FLOE_NODE="nobody")
    program.expect_local("nobody")


NAMES = ["with space.c", "a directory/a file.c", "Ünïcødé/ßource.c", 'quo"te.c', "apos'trophe.c", "dollar$HOME.c", "back\\slash.c", "hash#.c", "per%cent.c",
         "col:on.c", "-dash/x.c", "semi;colon.c", "star*.c"]


@pytest.mark.parametrize("name", NAMES)
def test_names(case, name):
    case.write(name, "#include <stddef.h>\nsize_t f(void) { return sizeof __FILE__; }\n")
    same_remote(case, ["gcc", "-g", "-MD", "-c", f"./{name}", "-o", "out.o"])


def test_names_that_no_rule_can_spell(case):
    # A make rule cannot spell this one, so its inputs stay unknown.
    case.write("line\nbreak.c", "int lines;\n")
    case.same(["gcc", "-g", "-c", "./line\nbreak.c", "-o", "out.o"])
    case.write("-leading.c", "int leading;\n")
    same_each(case, "gcc -g -c -- -leading.c", "gcc -g -c ./-leading.c")
    latin = os.fsdecode(b"latin\351.c")
    case.write(latin, "int latin;\n")
    case.same(["gcc", "-g", "-c", latin])


@pytest.mark.parametrize("umask", [0o077, 0o027, 0o000, 0o002, 0o777], ids=oct)
def test_umask(program, umask):
    for compiler in ("gcc", "clang") if umask == 0o077 and have("clang") else ("gcc",):
        program.same_script(f"umask {umask:03o}; $WRAPPER {compiler} -Iinclude -MD -c src/twice.c -o twice.o;"
                            f"$WRAPPER {compiler} -Iinclude -MD -S src/twice.c -o twice.s")


def test_in_source_and_out_of_source(program):
    program.path("build").mkdir()
    tree = program.tree
    there = f"gcc -g -I{tree}/include -c {tree}/src/twice.c -o {tree}/src/there.o"
    same_remote(program, "gcc -g -I../include -c twice.c", cwd=tree / "src")
    same_remote(program, "gcc -g -I../include -c ../src/twice.c", there, cwd=tree / "build")
    same_remote(program, there, cwd="/")
    program.same(there, cwd="/tmp")


def test_what_a_sandbox_has_itself_stays_local(case):
    """A sandbox has a /dev of its own, so a compile in there would fail on a peer and be repeated locally."""
    case.write("a.c", "int a;\n")
    place = Path(f"/dev/shm/floe-{os.getpid()}.o")
    try:
        case.same(["gcc", "-c", "a.c", "-o", place])
    finally:
        place.unlink(missing_ok=True)
    assert [job["decision"] for job in case.await_records()] == ["local"]


def in_directory(case, directory, command):
    """As a shell that goes there: PWD names the way, links and all."""
    case.same_script(f"cd {directory} && $WRAPPER {command}")
    case.expect_remote()


def test_through_symbolic_links(program):
    os.symlink("src", program.path("link"))
    os.symlink("../include/twice.h", program.path("src/alias.h"))
    os.symlink(program.tree, program.dir / "other")
    program.write("src/user.c", '#include "alias.h"\n#include "../include/twice.h"\n')
    in_directory(program, "link", "gcc -g -I../include -c user.c")
    in_directory(program, f"{program.dir}/other/link", "gcc -g -I../include -c user.c")
    same_remote(program, "gcc -g -Iinclude -c link/../link/user.c")
    if have("clang"):
        program.same_script(f"cd {program.dir}/other/link && $WRAPPER clang -g -I../include -c user.c")


@pytest.fixture
def objects(program):
    program.path("obj").mkdir()
    program.path("dep").mkdir()
    return program


def test_dependency_files(objects):
    same_remote(objects, "gcc -Iinclude -MD -c src/twice.c -o obj/twice.o", "gcc -Iinclude -MMD -MP -MT target -c src/twice.c -o obj/twice.o",
                "gcc -Iinclude -MD -MF dep/twice.d -MQ 'a target' -c src/twice.c -o obj/twice.o")
    same_each(objects, "gcc -Iinclude -Wp,-MMD,dep/kernel.d -c src/twice.c -o obj/twice.o", "gcc -Iinclude -MD -MF - -c src/twice.c -o obj/twice.o")
    objects.same("gcc -Iinclude -c src/twice.c -o obj/twice.o", DEPENDENCIES_OUTPUT="dep/variable.d target")


@pytest.mark.needs("clang")
def test_dependency_files_of_clang(objects):
    same_remote(objects, "clang -Iinclude -MD -c src/twice.c -o obj/twice.o", "clang -Iinclude -MMD -MF dep/twice.d -c src/twice.c -o obj/twice.o")


def test_split_debug_information(objects):
    same_remote(objects, "gcc -g -gsplit-dwarf -Iinclude -c src/twice.c -o obj/twice.o", "gcc -g -gsplit-dwarf -Iinclude -c src/twice.c")


@pytest.mark.needs("clang")
def test_split_debug_information_of_clang(objects):
    same_remote(objects, "clang -g -gsplit-dwarf -Iinclude -c src/twice.c -o obj/twice.o")


def test_coverage(objects):
    """The .gcno of two plain compiles may differ, by a stamp that the object has too."""
    objects.same_script('$WRAPPER gcc --coverage -O0 -Iinclude -c src/twice.c -o obj/twice.o; code=$?; mv obj/twice.gcno "$CASE/kept.gcno";'
                        "objcopy --strip-all obj/twice.o && rm obj/twice.o; exit $code")
    objects.expect_remote()
    assert (objects.dir / "kept.gcno").exists()


def test_side_files(objects):
    same_remote(objects, "gcc -save-temps=obj -Iinclude -c src/twice.c -o obj/twice.o", "gcc -fstack-usage -Iinclude -c src/twice.c -o obj/twice.o")
    same_each(objects, "gcc -save-temps -Iinclude -c src/twice.c", "gcc -fdump-tree-optimized -O2 -Iinclude -c src/twice.c -o obj/twice.o",
              "gcc -Wa,-adhln=obj/listing.txt -g -Iinclude -c src/twice.c -o obj/twice.o", "gcc -Wa,-a -Iinclude -c src/twice.c -o obj/twice.o",
              "gcc -fcallgraph-info -Iinclude -c src/twice.c -o obj/twice.o")


def test_assembly(program):
    same_remote(program, "gcc -S -O2 -fverbose-asm -Iinclude src/twice.c", "gcc -S -Iinclude src/twice.c -o out.asm")
    program.run("gcc -S -Iinclude src/twice.c -o plain.s").check()
    program.run("gcc -E -Iinclude src/twice.c -o plain.i").check()
    same_each(program, "gcc -g -c plain.s", "gcc -g -c plain.i")


def test_assembly_that_includes(case):
    case.write("pre.S", '#include "value.inc"\n.globl x\nx: .long VALUE\n.include "more.inc"\n')
    case.write("value.inc", "#define VALUE 7\n")
    case.write("more.inc", ".long 9\n")
    case.same("gcc -g -c pre.S")
    case.write("bytes.c", '__asm__(".data\\n.incbin \\"bytes.bin\\"\\n.incbin \\"bytes.bin\\", 3, 4\\n");\n')
    case.write("bytes.bin", bytes(5000))
    same_remote(case, "gcc -g -c bytes.c")


def test_response_files(program):
    program.write("args.rsp", '-O2 -g\n"-Iinclude" -DNAME="a\\ b" @more.rsp\n')
    program.write("more.rsp", "-c src/twice.c -o twice.o\n")
    same_remote(program, "gcc @args.rsp")
    program.same("gcc @nowhere.rsp -Iinclude -c src/twice.c")
    if have("clang"):
        program.same("clang @args.rsp")


def test_this_processor(program):
    same_remote(program, "gcc -march=native -O2 -Iinclude -c src/twice.c", "gcc -mtune=native -O2 -Iinclude -c src/twice.c")
    program.same("gcc -march=native -g -O2 -Iinclude -c src/twice.c")
    if have("clang"):
        program.same("clang -march=native -O2 -Iinclude -c src/twice.c")


def test_environment(program):
    program.same("gcc -g -c src/twice.c", CPATH="include")
    program.same("gcc -g -c src/twice.c", C_INCLUDE_PATH=program.path("include"))
    program.write("date.c", "const char *when = __DATE__ __TIME__;\n")
    same_remote(program, "gcc -g -c date.c", SOURCE_DATE_EPOCH="86400")
    program.same("gcc -g -Iinclude -c src/twice.c", TMPDIR=program.dir / "nowhere")
    program.same("gcc -g -Iinclude -c src/twice.c", PWD="/nonsense")


def test_a_large_environment_and_command(program):
    program.env.update({f"E2E_VARIABLE_{i}": f"{i:0100d}" for i in range(1, 501)})
    same_remote(program, ["gcc", "-Iinclude", *(f"-DNUMBER_{i}={i}" for i in range(1, 4001)), "-c", "src/twice.c"])


def test_edit_compile_loop(case):
    """Thirty times round edit and compile, faster than the clock of most file systems."""
    case.write("user.c", '#include "generated.h"\n#include "dir/generated.h"\nint value = VALUE + OTHER;\n')
    for value in range(101, 131):
        case.write("generated.h", f"#define VALUE {value}\n")
        case.write("dir/generated.h", f"#define OTHER {1000 - value}\n")
        expect_same_object(case)


def test_edit_with_the_old_time(case):
    """The same with the time of the file put back, as tar, cp -p and some generators do."""
    case.write("user.c", '#include "generated.h"\nint value = VALUE;\n')
    for value in range(101, 111):
        os.utime(case.write("generated.h", f"#define VALUE {value}\n"), (1577836800, 1577836800))
        expect_same_object(case)


def expect_same_object(case):
    case.compile("gcc -I. -c user.c -o through.o").check()
    case.run("gcc -I. -c user.c -o plain.o").check()
    assert case.path("through.o").read_bytes() == case.path("plain.o").read_bytes()


def test_headers_come_and_go(case):
    command = "gcc -Ifirst -Isecond -Ithird -c user.c"
    case.path("first").mkdir()
    case.write("second/value.h", "#define VALUE 2\n")
    case.write("third/value.h", "#define VALUE 3\n")
    case.write("user.c", '#include <value.h>\n#if __has_include("option.h")\n#include "option.h"\n#else\n#define OPTION 0\n#endif\nint x = VALUE + OPTION;\n')
    same_remote(case, command)
    case.write("first/value.h", "#define VALUE 1\n")
    case.same(command)
    case.path("first/value.h").unlink()
    case.path("second/value.h").unlink()
    case.same(command)
    case.write("option.h", "#define OPTION 10\n")
    case.same(command)
    case.path("option.h").unlink()
    case.same(command)
    case.path("third/value.h").unlink()
    case.same(command)
    case.path("first/value.h").mkdir()
    case.write("second/value.h", "#define VALUE 2\n")
    case.same(command)
    shutil.rmtree(case.path("first"))
    case.same(f"{command} -Wmissing-include-dirs")


def test_twins_under_pragma_once(case):
    twins = [case.write(f"{name}/twin.h", "#pragma once\nstatic int count(void);\n") for name in "ab"]
    case.write("user.c", '#include "a/twin.h"\n#include "b/twin.h"\n')
    case.same("gcc -Wall -c user.c")
    for first, second in ((2021, 2022), (2022, 2022)):
        for twin, year in zip(twins, (first, second)):
            seconds = (year - 1970) * 31_557_600
            os.utime(twin, (seconds, seconds))
        case.same("gcc -Wall -save-temps -c user.c")
    case.expect_remote()
    twins[1].unlink()
    os.link(twins[0], twins[1])
    case.same("gcc -Wall -save-temps -c user.c")
    if have("clang"):
        case.same("clang -Wall -save-temps -c user.c")


def test_precompiled_header(case):
    case.write("all.h", "#include <stddef.h>\n#define VALUE 5\n")
    case.write("user.c", '#include "all.h"\nsize_t x = VALUE;\n')
    case.run("gcc -c all.h -o all.h.gch").check()
    same_each(case, "gcc -Winvalid-pch -c user.c", "gcc -include all.h -c user.c")
    case.write("all.h.gch", "broken\n")
    case.same("gcc -Winvalid-pch -c user.c")
    case.same_script("$WRAPPER gcc -c all.h -o made.h.gch && rm made.h.gch")


ODD_SOURCES = {"empty": b"", "no_newline": b"int no_newline;", "mark": b'\357\273\277int mark;\r\n#include "src/twice.c"\r\n',
               "zero": b"int \\\nspliced; /* \0 */\n", "big": b"char big[] = {" + b",".join(b"%d" % i for i in range(1, 200001)) + b"};\n",
               "self": b"#include __FILE__\n",
               "computed": b"#define NAME <stdio.h>\n#include NAME\n#define Q(x) #x\n#define H(x) Q(x.h)\n#include H(include/twice)\n"}


@pytest.mark.parametrize("kind", ODD_SOURCES)
def test_odd_inputs(program, kind):
    program.write("odd.c", ODD_SOURCES[kind])
    program.same(f"gcc {'-w' if kind == 'big' else ''} -Iinclude -c odd.c")


def test_odd_commands(program):
    same_each(program, "gcc -x c++ -c src/twice.c -Iinclude -o cpp.o", "gcc -Iinclude -c src/twice.c src/main.c",
              ["gcc", '-DSTRING="a b"', "-DQUOTE='", "-Iinclude", "-c", "src/twice.c"])


def test_objective(case):
    case.write("objective.m", "int plain;\n")
    case.same("gcc -c objective.m")
    case.write("x.f90", "program x\nend\n")
    case.same("gcc -c x.f90")


def test_many_at_once(case):
    for number in range(1, 41):
        case.write(f"f{number}.c", f"#include <stdlib.h>\nint f{number}(void) {{ return {number}; }}\n")
    case.same_script("seq 40 | xargs -P 16 -I{} $WRAPPER gcc -O2 -g -c f{}.c")
    case.expect_remote(40)


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_output_replaces_like_the_compiler(program, compiler):
    need(compiler)
    os.link(program.write("hard.o", "old\n"), program.path("other-name.o"))
    os.symlink("hard.o", program.path("soft.o"))
    os.symlink("loose-end.o", program.path("loose.o"))
    same_each(program, *(f"{compiler} -Iinclude -c src/twice.c -o {name}.o" for name in ("hard", "soft", "loose")))


def pause_of(case, node):
    """What node 1 knows of the pause of another."""
    seen = {peer["name"]: peer for peer in case.mesh.listing()["nodes"]}[node]
    return seen["paused"], seen["executes"], seen["why"]


def test_pause(program):
    """A node that its user has paused refuses the jobs of others, and submits its own."""
    two, submitted = program.mesh[2], jobs.JobLog(program.mesh[2].job_log)
    program.cleanup.callback(program.mesh.run, "resume", node=2)
    said = program.mesh.run("pause", node=2).check().text
    assert said.startswith("paused: node2 accepts no jobs from other nodes until: floe resume")
    eventually(lambda: pause_of(program, "node2") == (True, False, "paused by its user"), "node1 does not see the pause")
    assert re.search("^node2 .*not executing: paused by its user$", program.floe("nodes").text, re.MULTILINE)
    program.same("gcc -Iinclude -c src/twice.c -o twice.o", FLOE_NODE="node2")
    program.expect_local("")
    program.same("gcc -Iinclude -c src/twice.c -o other.o")
    assert program.expect_remote()[0]["node"] == "node3"
    program.write("empty.c", "")
    program.compile("gcc -c empty.c", FLOE_SOCKET=two.socket).check()
    eventually(lambda: [(job["decision"], job["node"]) for job in submitted.read()] == [("remote", "node3")], "node2 does not submit")
    assert program.mesh.run("resume", node=2).check().text == "resumed: node2 accepts jobs from other nodes\n"
    eventually(lambda: pause_of(program, "node2") == (False, True, ""), "node1 does not see the end of the pause")
    program.same("gcc -Iinclude -c src/twice.c -o third.o", FLOE_NODE="node2")
    program.expect_remote()
