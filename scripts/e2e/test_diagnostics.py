"""What the user reads is what the plain compiler says, to the byte, once, with its exit code: on success and on every kind of failure."""

import os
import subprocess

import pytest
from harness.machine import have, need_ordinary_user

WARNS_C = """#include "warns.h"
int f(int a, char *b) { int unused; if (a = 1) return "text"; return compare(a, 2u); }
int g(const char *s) { switch (*s) { case 1: g(s); case 2: return 1; } }
#warning "said by the source, with a “quotation”"
"""
WARNS_H = """static inline int compare(int a, unsigned b) { return a < b; }
static int never_called(void) { return 0; }
"""
WRONG = '#include <stdio.h>\nint main(void) {\n  undeclared = 1;\n  return printf("%d") }\n'
ESCAPE = b"\033"


@pytest.fixture
def warns(case):
    case.write("warns.c", WARNS_C)
    case.write("warns.h", WARNS_H)
    return case


@pytest.fixture
def fine(case):
    case.write("fine.c", "int fine;\n")
    return case


def same_remote(case, command):
    result = case.same(command)
    case.expect_remote()
    return result


def confirmed(case, command):
    """The compile fails remotely, and locally too, and the user reads of it once."""
    result = case.same(command)
    assert result.code != 0
    case.expect_local("repeated locally to confirm")
    return result


def test_warnings_gcc(warns):
    assert same_remote(warns, "gcc -Wall -Wextra -O2 -c warns.c").err


@pytest.mark.needs("clang")
def test_warnings_clang(warns):
    assert same_remote(warns, "clang -Wall -Wextra -Weverything -Wno-error -Wno-int-conversion -O2 -c warns.c").err


def test_warnings_in_colour(warns):
    assert ESCAPE in same_remote(warns, "gcc -Wall -fdiagnostics-color=always -c warns.c").err
    same_remote(warns, "gcc -Wall -fdiagnostics-format=json -c warns.c")


def test_colours_of_the_user(warns):
    warns.env.update(GCC_COLORS="warning=01;32", TERM="xterm")
    same_remote(warns, "gcc -Wall -fdiagnostics-color=always -c warns.c")


@pytest.mark.needs("script")
def test_colours_on_a_terminal(warns):
    """Compilers colour by themselves where they write to a terminal; so does a mesh."""
    screens = [warns.run(["script", "-qec", f"{wrapper}gcc -Wall -c warns.c", "/dev/null"], TERM="xterm") for wrapper in ("", f"'{warns.cc}' ")]
    assert screens[0].out == screens[1].out
    assert ESCAPE in screens[1].out


def test_quotes_in_the_c_locale(warns):
    warns.env["LC_ALL"] = "C"
    assert "'unused'" in same_remote(warns, "gcc -Wall -c warns.c").error_text
    warns.env["LC_ALL"] = "C.UTF-8"
    assert "‘unused’" in same_remote(warns, "gcc -Wall -c warns.c").error_text


def test_another_language(warns):
    if "de_DE.utf" not in subprocess.run(["locale", "-a"], capture_output=True, text=True, check=True).stdout:
        pytest.skip("there is no locale de_DE.UTF-8 here")
    warns.same("gcc -Wall -c warns.c", LC_ALL="de_DE.UTF-8")


def test_a_locale_that_does_not_exist(warns):
    warns.same("gcc -Wall -c warns.c", LC_ALL="xx_YY.UTF-8")
    warns.same("gcc -Wall -c warns.c", LC_ALL=None, LANG="xx_YY.UTF-8")


def test_error_gcc(case):
    case.write("wrong.c", WRONG)
    result = confirmed(case, "gcc -Wall -c wrong.c")
    assert result.err.count(b"undeclared") == case.plain.err.count(b"undeclared")


@pytest.mark.needs("clang")
def test_error_clang(case):
    case.write("wrong.c", WRONG)
    confirmed(case, "clang -Wall -c wrong.c")


def test_error_in_a_template(case):
    case.write("wrong.cpp", "#include <algorithm>\n#include <list>\nvoid f(std::list<int> &l) { std::sort(l.begin(), l.end()); }\n")
    confirmed(case, "g++ -c wrong.cpp")


def test_error_in_a_header(case):
    case.write("include/outer.h", '#include "deep/wrong.h"\n')
    case.write("include/deep/wrong.h", "int broken(void) { return }\n")
    case.write("user.c", "#include <outer.h>\n")
    confirmed(case, "gcc -Iinclude -c user.c")


@pytest.mark.parametrize("kind", ["-c", "-S"])
def test_error_removes_the_old_object(case, kind):
    case.write("changes.c", "int fine;\n")
    case.run(f"gcc {kind} changes.c").check()
    case.write("changes.c", "int wrong\n")
    confirmed(case, f"gcc {kind} changes.c")


def test_warnings_as_errors(warns):
    confirmed(warns, "gcc -Wall -Werror -c warns.c")
    confirmed(warns, "gcc -Wall -Werror=unused-variable -c warns.c")
    warns.same("gcc -Wall -pedantic-errors -Wno-error -c warns.c")


def test_many_errors(case):
    case.write("wrong.c", "".join(f"int f{i}(void) {{ return nothing{i}; }}\n" for i in range(1, 501)))
    case.same("gcc -c wrong.c")
    case.same("gcc -fmax-errors=3 -c wrong.c")


def test_missing_header(case):
    case.write("user.c", '#include "nowhere.h"\n')
    for command in ("gcc -c user.c", "gcc -MD -c user.c", "gcc -MM -MG user.c"):
        case.same(command)


def test_missing_source(case):
    for command in ("gcc -c nowhere.c", "gcc -c nowhere/nothing.c -o out.o", "gcc -c", "gcc"):
        case.same(command)


def test_source_is_a_directory(case):
    case.path("directory.c").mkdir()
    case.same("gcc -c directory.c")


@pytest.mark.parametrize("option", ["-fno-such-thing", "-Wno-such-thing", "-Wsuch-thing", "--nonsense", "-std=c3000", "-o", "-march=abacus"])
def test_unknown_option(fine, option):
    fine.same(f"gcc -c fine.c {option}")
    fine.same("g++ -c fine.c -mno-such-thing")


@pytest.mark.needs("clang")
def test_unknown_option_clang(fine):
    for options in ("-fno-such-thing", "-Wsuch-thing", "-Werror -Wsuch-thing", "--nonsense", "-funused-but-known -lm -Wl,-z,now"):
        fine.same(f"clang -c fine.c {options}")


def test_missing_include_directory(fine):
    fine.same("gcc -Wmissing-include-dirs -Inowhere -Itree/../nowhere -c fine.c")


def test_unreadable_source(fine):
    need_ordinary_user()
    fine.write("user.c", '#include "secret.h"\n')
    fine.write("secret.h", "int secret;\n")
    secretly = "chmod 000 fine.c secret.h; code=0; $WRAPPER {} || code=$?; chmod 600 fine.c secret.h; exit $code"
    for command in ("gcc -c fine.c", "gcc -c user.c", "gcc -c user.c -include fine.c", "clang -c user.c"):
        if have(command.split()[0]):
            fine.same_script(secretly.format(command))


def test_output_directory_is_missing(fine):
    for command in ("gcc -c fine.c -o nowhere/fine.o", "gcc -c fine.c -MD -MF nowhere/fine.d", "gcc -c fine.c -o /nowhere/fine.o"):
        fine.same(command)
    if have("clang"):
        fine.same("clang -c fine.c -o nowhere/fine.o")


def test_output_directory_takes_no_file(fine):
    need_ordinary_user()
    fine.path("closed").mkdir(mode=0o555)
    fine.write("old/fine.o", "")
    fine.path("old").chmod(0o555)
    for command in ("gcc -c fine.c -o closed/fine.o", "gcc -c fine.c -o closed/fine.s -S", "gcc -c fine.c -o old/fine.o"):
        fine.same(command)
    if have("clang"):
        fine.same("clang -c fine.c -o closed/fine.o")


def test_output_may_not_be_written(fine):
    need_ordinary_user()
    fine.write("kept.s", "kept\n", mode=0o444)
    for command in ("gcc -S fine.c -o kept.s", "gcc -c fine.c -o kept.s", "gcc -c fine.c -MD -MF kept.s"):
        fine.same(command)


def test_output_is_odd(fine):
    fine.path("directory").mkdir()
    os.symlink("directory/through.o", fine.path("link.o"))
    os.symlink("nowhere/at/all", fine.path("loose.o"))
    for command in ("-c fine.c -o directory", "-c fine.c -o link.o", "-c fine.c -o loose.o", "-c fine.c -o /dev/null", "-c fine.c -o -",
                    "-S fine.c -o /dev/stdout"):
        fine.same(f"gcc {command}")


def test_output_that_nobody_reads(warns):
    warns.same_script("$WRAPPER gcc -Wall -c warns.c 2>/dev/full")
    warns.same_script("$WRAPPER gcc -Wall -c warns.c 2>&-")


def test_standard_input_stays_unread(fine):
    fine.same_script("printf 'one\\ntwo\\n' | { read -r first && $WRAPPER gcc -c fine.c && cat && echo \"$first\"; }")
    fine.same_script("echo 'int input; int wrong' | $WRAPPER gcc -x c -c - -o input.o")


def test_the_user_sees_nothing_of_the_mesh(warns):
    for command in ("gcc -c warns.c", "gcc -H -c warns.c", "gcc -v -c warns.c", "gcc '-###' -c warns.c"):
        warns.same(command)


def test_links_and_questions(case):
    case.write("main.c", "int main(void) { return helper(); }\n")
    case.write("helper.c", "int helper(void) { return 0; }\n")
    for command in ("-w main.c helper.c -o program", "-w main.c -o program", "--version", "-dumpmachine", "-print-search-dirs", "-E main.c", "-MM main.c"):
        case.same(f"gcc {command}")
