"""The kernel tells which inputs have changed: what it does not tell must be looked at. After each edit the object is the plain compiler's,
with the cache and without it."""

import contextlib
import os
import pathlib
import subprocess
import threading

import pytest
from harness.machine import is_root

# More events than a queue of the kernel takes (fs.inotify.max_queued_events).
MANY = 100_000


@pytest.fixture(params=["both", "off"])
def project(request, cache):
    """The usual source, compiled twice, so that its inputs are watched. Its headers' directory is three levels below the working tree."""
    cache.env["FLOE_CACHE"] = request.param
    cache.words = "gcc -Iinc -Itop/middle/inc {} -c src/user.c -o out/user.o"
    cache.write_user()
    cache.write("top/middle/inc/deep.h", "#define DEEP 1\n")
    cache.write_source('#include "a.h"\n#include <b.h>\n#include <deep.h>\nint values[] = {A, B, DEEP};\n')
    cache.right()
    cache.right()
    return cache


def notification(case):
    return case.floe("stats", "--json").check().json()["changeNotification"]


@contextlib.contextmanager
def same_times(path):
    """Sets the times of a file again to what they were."""
    before = os.stat(path)
    yield
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def edits(project, change, count=3):
    """Does an edit with several values; the compile after each is right, and so is the one after that."""
    for value in range(2, 2 + count):
        change(value)
        project.right()
        project.right()


def test_inputs_are_watched(project):
    state = notification(project)
    assert state["active"] and state["watches"] > 10, state


def test_write_in_place_with_the_old_time(project):
    header = project.path("inc/a.h")

    def change(value):
        with same_times(header):
            header.write_text(f"#define A {value}\n")

    edits(project, change)


def test_write_through_a_second_name(project):
    header, other = project.path("inc/a.h"), project.path("another-name")

    def change(value):
        if not other.exists():
            os.link(header, other)
        with same_times(other):
            other.write_text(f"#define A {value}\n")

    edits(project, change)


def test_write_through_a_second_name_that_goes_at_once(project):
    header, other = project.path("inc/a.h"), project.path("another-name")

    def change(value):
        os.link(header, other)
        with same_times(other):
            other.write_text(f"#define A {value}\n")
        other.unlink()

    edits(project, change)


def test_directory_renamed_onto_another(project):
    middle, inc = project.path("top/middle"), project.path("top/middle/inc")

    def change(value):
        fresh = middle / "fresh"
        fresh.mkdir()
        (fresh / "deep.h").write_text(f"#define DEEP {value}\n")
        (inc / "deep.h").unlink()
        fresh.rename(inc)

    edits(project, change)


def test_ancestor_moved_written_and_moved_back(project):
    top, away = project.path("top"), project.path("away")

    def change(value):
        top.rename(away)
        (away / "middle/inc/deep.h").write_text(f"#define DEEP {value}\n")
        away.rename(top)

    edits(project, change)


def test_ancestors_exchanged(project):
    top, other, between = project.path("top"), project.path("other"), project.path("between")
    project.write("other/middle/inc/deep.h", "#define DEEP 20\n")

    def change(value):
        top.rename(between)
        other.rename(top)
        between.rename(other)
        (other / "middle/inc/deep.h").write_text(f"#define DEEP {value}\n")

    edits(project, change)


@pytest.mark.parametrize("level", ["top", "top/middle", "top/middle/inc", "top/middle/inc/deep.h"])
def test_link_retargeted(project, level):
    link = project.path(level)
    below = project.path("top/middle/inc/deep.h").relative_to(link)

    def target(value):
        place = project.path(f"targets/{value}")
        file = place / below if str(below) != "." else place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#define DEEP {value}\n")
        return place

    def change(value):
        fresh = link.with_name("fresh-link")
        fresh.symlink_to(target(value))
        if link.is_dir() and not link.is_symlink():
            link.rename(project.path("the-old-one"))
        fresh.rename(link)

    edits(project, change)


def test_header_appears_and_goes_where_it_was_missed(project):
    def change(value):
        header = project.path("src/a.h")
        if value % 2:
            header.unlink()
        else:
            header.write_text(f"#define A {value}\n")

    edits(project, change)


def test_objects_beside_the_sources(project):
    """They are no reason to look again at anything."""
    project.words = "gcc -Iinc -Itop/middle/inc {} -c src/user.c -o src/user.o"
    for _ in range(3):
        project.right()
    project.write("inc/a.h", "#define A 5\n")
    project.right()


@pytest.mark.slow
def test_more_events_than_a_queue_takes(project):
    overflows = notification(project)["overflows"]
    for number in range(MANY // 2):
        name = project.path(f"inc/{number % 2}")
        name.touch()
        name.unlink()
    project.write("inc/a.h", "#define A 7\n")
    project.right()
    assert notification(project)["overflows"] > overflows
    edits(project, lambda value: project.write("inc/a.h", f"#define A {value}\n"), 2)


@pytest.mark.parametrize("values", [range(2, 22, 2), pytest.param(range(2, 42), marks=pytest.mark.slow)], ids=["some", "many"])
def test_edit_at_the_moment_of_a_compile(project, values):
    """What is complete before the wrapper starts is in the object, and what comes during the compile is in the next one."""
    header = project.path("inc/a.h")
    for value in values:
        header.write_text(f"#define A {value}\n")
        later = threading.Timer(value * 0.0005, header.write_text, [f"#define A {value + 100}\n"])
        later.start()
        project.run([str(project.cc), *project.words.format("").split()]).check()
        later.join()
        project.right()
        if value % 3 == 0:
            project.right()


@pytest.mark.root
@pytest.mark.needs("unshare")
def test_mounts(project):
    """A directory is mounted over, bound and laid bare again, where the node sees it."""
    if not is_root():
        pytest.skip("only root mounts")
    middle = project.path("top/middle")
    other = project.path("elsewhere")
    project.write("elsewhere/inc/deep.h", "#define DEEP 30\n")
    changes = notification(project)["mountChanges"]
    for value in range(2, 5):
        subprocess.run(["mount", "--bind", other, middle], check=True)
        try:
            project.right()
            (other / "inc/deep.h").write_text(f"#define DEEP {value}\n")
            project.right()
        finally:
            subprocess.run(["umount", middle], check=True)
        project.right()
        (middle / "inc/deep.h").write_text(f"#define DEEP {value + 10}\n")
        project.right()
        subprocess.run(["mount", "-t", "tmpfs", "floe-test", middle], check=True)
        try:
            (middle / "inc").mkdir()
            (middle / "inc/deep.h").write_text(f"#define DEEP {value + 20}\n")
            project.right()
        finally:
            subprocess.run(["umount", middle], check=True)
        project.right()
    assert notification(project)["mountChanges"] > changes


@pytest.mark.root
@pytest.mark.needs("unshare")
def test_overlay_is_looked_at(project):
    """Headers on a file system that does not report every change."""
    if not is_root():
        pytest.skip("only root mounts")
    # An overlay has no upper directory on another overlay.
    scratch = project.path("scratch")
    scratch.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "floe-test", scratch], check=True)
    project.cleanup.callback(subprocess.run, ["umount", "-l", scratch], check=True)
    for name in ("upper", "work", "lower"):
        (scratch / name).mkdir()
    middle = project.path("top/middle")
    (scratch / "lower/inc").mkdir()
    (scratch / "lower/inc/deep.h").write_text("#define DEEP 40\n")
    subprocess.run(["mount", "-t", "overlay", "floe-test", "-o",
                    f"lowerdir={scratch}/lower,upperdir={scratch}/upper,workdir={scratch}/work", middle], check=True)
    project.cleanup.callback(subprocess.run, ["umount", "-l", middle], check=True)

    def change(value):
        pathlib.Path(middle / "inc/deep.h").write_text(f"#define DEEP {value}\n")

    edits(project, change)
    assert notification(project)["unwatched"].get("file-system", 0) > 0
