"""Disks fill up and files rot. A job on a damaged node is done elsewhere or by the submitter, with the right result; the node lives on, drops
what is damaged, fetches it again, and serves again."""

import contextlib
import os
import shutil
import subprocess

import pytest
from harness.machine import eventually
from harness.mesh import READY_SECONDS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def mesh(make_mesh):
    """One executor."""
    mesh = make_mesh("faults", 2).start()
    mesh.create_toolchains("gcc")
    yield mesh
    mesh.stop()


def write_sources(case):
    """Three sources with a header of their own and one in common."""
    case.write("common.h", "#define COMMON 1\n")
    for number in (1, 2, 3):
        case.write(f"own{number}.h", f"#define OWN {number}\n/* {case.name} */\n")
        case.write(f"a{number}.c", f'#include <stdlib.h>\n#include "common.h"\n#include "own{number}.h"\nint x = COMMON + OWN;\n')


def expect_remote_compiles(case):
    write_sources(case)
    case.same("gcc -g -c a1.c")
    case.expect_remote()


@pytest.fixture
def working(case):
    """A mesh that has compiled the sources remotely."""
    expect_remote_compiles(case)
    return case


def expect_right(case):
    """Compiles are right, wherever they are done."""
    for command in ("gcc -g -c a1.c", "gcc -g -c a2.c", "gcc -O2 -c a1.c"):
        case.same(command)


def is_remote_again(case):
    case.same("gcc -g -c a3.c")
    return case.await_records()[-1]["decision"] == "remote"


def expect_recovery(case):
    """The nodes live, and after a while compiles are remote again, and right."""
    for node in case.mesh.nodes.values():
        assert node.is_alive(), f"{node.name} is dead: {node.log()[-1000:]}"
    eventually(lambda: is_remote_again(case), lambda: f"no compile is remote any more: {case.records()}")
    expect_right(case)


def expect_right_and_recovery(case):
    expect_right(case)
    expect_recovery(case)


def restart(case, *numbers):
    for number in numbers:
        case.mesh[number].restart()
    case.mesh.await_complete()


def restart_and_recover(case):
    """What a running node could not mend, a start does."""
    restart(case, 2)
    expect_recovery(case)


def spoil(path):
    """Other bytes in the middle, the same size; a later time."""
    path.chmod(path.stat().st_mode | 0o200)
    with open(path, "r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"SPOILT")


def rot(path):
    """The same without a change of the time, as a disk does it."""
    state = path.stat()
    spoil(path)
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))


def cut(path):
    path.chmod(path.stat().st_mode | 0o200)
    os.truncate(path, 5)


def turn_into_directory(path):
    path.unlink()
    path.mkdir()


def damage(files, how):
    files = list(files)
    assert files, "there is nothing to damage"
    for file in files:
        how(file)


def store_entries(node):
    return [path for path in (node.data / "store").glob("??/*") if path.is_file() and path.stat().st_size > 12]


def toolchain_files(node):
    return [path for path in (node.data / "toolchains").glob("*/tree/**/*") if path.name in ("cc1", "as", "libc.so.6") and path.is_file()
            and not path.is_symlink()]


def archives(node):
    """Beside each tree, as a node has it that was asked for one; not one of that toolchain, because nobody asks here."""
    made = []
    for tree in (node.data / "toolchains").glob("*/tree"):
        archive = tree.with_name("archive.tar.zst")
        archive.write_bytes(os.urandom(2_000_000))
        tree.with_name("archive.chunks").write_text(f"{'0' * 64}-2000000\n{'0' * 64}-2000000\n")
        made.append(archive)
    return made


@pytest.mark.parametrize("how", [spoil, cut, os.unlink, turn_into_directory], ids=["spoilt", "cut_short", "gone", "turned_into_directories"])
def test_store_entries(working, how):
    damage(store_entries(working.mesh[2]), how)
    expect_right_and_recovery(working)
    if how is spoil:
        assert "damaged" in working.mesh[2].log().lower()
    if how is turn_into_directory:
        restart_and_recover(working)


def test_store_entries_rotten_over_night(working):
    working.mesh[2].stop()
    damage(store_entries(working.mesh[2]), rot)
    restart(working, 2)
    expect_right_and_recovery(working)


def test_store_directories_gone(working):
    damage((working.mesh[2].data / "store").glob("??"), shutil.rmtree)
    expect_right(working)
    restart_and_recover(working)


@pytest.mark.parametrize("how", [spoil, os.unlink], ids=["spoilt", "gone"])
def test_toolchain_file(working, how):
    damage(toolchain_files(working.mesh[2]), how)
    expect_right_and_recovery(working)
    if how is spoil:
        assert any("damaged" in line and "fetched again" in line for line in working.mesh[2].log().splitlines())


def test_toolchain_file_rotten_over_night(working):
    working.mesh[2].stop()
    damage(toolchain_files(working.mesh[2]), rot)
    restart(working, 2)
    expect_right_and_recovery(working)


@pytest.mark.parametrize("what", ["*/tree", "*"], ids=["tree_gone", "all_gone"])
def test_toolchains(working, what):
    damage((path for path in (working.mesh[2].data / "toolchains").glob(what) if path.is_dir()), shutil.rmtree)
    expect_right_and_recovery(working)


@pytest.mark.parametrize("how", [lambda path: os.truncate(path, 1_000_000), rot], ids=["cut_short", "rotten"])
def test_archive_at_the_only_holder(working, how):
    """Node 2 has none, and that of node 1 is damaged while it is down."""
    one, two = working.mesh[1], working.mesh[2]
    two.stop()
    shutil.rmtree(two.data / "toolchains")
    one.stop()
    damage(archives(one), how)
    restart(working, 1, 2)
    expect_right_and_recovery(working)


@pytest.mark.parametrize("how", [spoil, os.unlink], ids=["spoilt", "gone"])
def test_archive_while_the_only_holder_runs(working, how):
    two = working.mesh[2]
    two.stop()
    shutil.rmtree(two.data / "toolchains")
    damage(archives(working.mesh[1]), how)
    restart(working, 2)
    expect_right_and_recovery(working)


@pytest.mark.parametrize(("files", "named"), [(toolchain_files, "cc1"), (archives, "archive")], ids=["a_file", "an_archive"])
def test_verify_drops_what_is_damaged(working, files, named):
    damage(files(working.mesh[1]), rot)
    result = working.floe("toolchain verify")
    assert named in result.text + result.error_text
    expect_right_and_recovery(working)


def test_submitters_toolchain_spoilt(working):
    damage(toolchain_files(working.mesh[1]), spoil)
    expect_right(working)
    restart(working, 1)
    expect_right_and_recovery(working)


# A node that lost one of these does not go on as if it never had it.
OF_ITS_MEMBERSHIP = ("node.key", "membership")


def small_files(node):
    """Those of the node itself, without its store, its runner and its membership."""
    return [path for pattern in ("*", "*/*") for path in node.data.glob(pattern)
            if path.is_file() and path.name not in ("floe-run", *OF_ITS_MEMBERSHIP) and "store" not in path.relative_to(node.data).parts]


def write_garbage(path):
    path.write_bytes(os.urandom(300))


def leave_strangers(data):
    """Files and directories that no node makes."""
    (data / "toolchains/file").write_bytes(os.urandom(5000))
    for name in (f"toolchains/{'z' * 64}/tree", "jobs/7/root/x", "store/zz", "store/00"):
        (data / name).mkdir(parents=True, exist_ok=True)
    (data / f"toolchains/{'z' * 64}/archive.tar.zst").touch()
    (data / "store/00/garbage").touch()
    with contextlib.suppress(FileExistsError):
        os.symlink("/etc/passwd", data / "jobs/7/root/link")


def test_garbage_in_small_files(working):
    for node in working.mesh.nodes.values():
        node.stop()
        damage(small_files(node), write_garbage)
        leave_strangers(node.data)
    restart(working, 1, 2)
    expect_right_and_recovery(working)
    assert os.path.getsize("/etc/passwd") > 0, "a clean-up followed a link"


def test_empty_small_files(working):
    for node in working.mesh.nodes.values():
        node.stop()
        damage(small_files(node), lambda path: os.truncate(path, 0))
    restart(working, 1, 2)
    expect_right_and_recovery(working)


@pytest.mark.parametrize("name", OF_ITS_MEMBERSHIP)
def test_membership_spoilt(working, name):
    """The node says what to do and ends; without the file it is a member by the key of the mesh."""
    two = working.mesh[2]
    two.stop()
    file = two.data / name
    file.touch(mode=0o600)
    write_garbage(file)
    two.launch()
    assert two.process.wait(READY_SECONDS) != 0
    last = two.log().splitlines()[-1]
    assert f"{file} is damaged" in last and "remove it" in last, last
    expect_right(working)
    file.unlink()
    restart_and_recover(working)


def test_runner_spoilt(working):
    runner = working.mesh[2].data / "floe-run"
    working.mesh[2].stop()
    spoil(runner)
    restart(working, 2)
    expect_right_and_recovery(working)
    runner.unlink()
    expect_right(working)
    restart_and_recover(working)


def test_job_directory_gone(working):
    # The node makes directories in it meanwhile.
    shutil.rmtree(working.mesh[2].data / "jobs", ignore_errors=True)
    expect_right(working)
    restart_and_recover(working)


def test_data_directory_gone(working):
    # The node makes directories in it meanwhile.
    shutil.rmtree(working.mesh[2].data, ignore_errors=True)
    expect_right(working)
    assert working.mesh[2].is_alive()
    restart_and_recover(working)


# Disks of their own


def mount(*words):
    if subprocess.run(["mount", *map(str, words)], capture_output=True, check=False).returncode != 0:
        pytest.skip("nothing can be mounted here")


def give_back(node):
    node.stop()
    subprocess.run(["umount", "-l", node.data], check=True)
    node.start()
    node.mesh.await_complete()


def small_disk(case, number, size):
    """For this case a node, which is stopped, gets an empty file system of that size for its data."""
    node = case.mesh[number]
    node.stop()
    node.data.mkdir(exist_ok=True)
    mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", node.data)
    case.cleanup.callback(give_back, node)
    return node


def fill(directory):
    with contextlib.suppress(OSError), open(directory / "filler", "wb", buffering=0) as filler:
        while filler.write(bytes(1 << 20)):
            pass


@pytest.mark.root
@pytest.mark.parametrize("number", [2, 1], ids=["executor", "submitter"])
def test_full_disk(case, number):
    node = small_disk(case, number, "600m")
    restart(case, number)
    expect_remote_compiles(case)
    fill(node.data)
    case.write("own1.h", "#define OWN 7\n")
    expect_right(case)
    (node.data / "filler").unlink()
    expect_recovery(case)


@pytest.mark.root
def test_full_disk_at_the_start(case):
    node = small_disk(case, 2, "40m")
    fill(node.data)
    write_sources(case)
    node.launch()
    eventually(lambda: not node.is_alive() or node.is_ready(), "it neither ends nor serves")
    expect_right(case)
    if node.is_alive():
        (node.data / "filler").unlink()
        expect_right(case)


@pytest.mark.root
def test_disk_too_small_for_a_toolchain(case):
    node = small_disk(case, 2, "40m")
    restart(case, 2)
    write_sources(case)
    expect_right(case)
    assert not list((node.data / "toolchains").iterdir())
    assert node.is_alive()


@pytest.mark.root
def test_full_disk_for_the_output(case):
    """The user's own disk: the compiler's complaint, and nothing half-written."""
    small = case.dir / "small"
    small.mkdir()
    mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", small)
    case.cleanup.callback(subprocess.run, ["umount", small], check=True)
    fill(small)
    case.write("large.c", "char x[100000] = {1};\n")
    found = []
    for run in (case.plainly, lambda command: case.through([case.cc, *command])):
        run(["gcc", "-c", "large.c", "-o", str(small / "x.o")])
        found.append(sorted(path.name for path in small.iterdir()))
        (small / "x.o").unlink(missing_ok=True)
    case.expect_like_plain()
    assert found[0] == found[1]


@pytest.mark.root
def test_read_only(case):
    node = small_disk(case, 2, "600m")
    restart(case, 2)
    expect_remote_compiles(case)
    # A file system with a file that is open for writing cannot be made read-only; another mount of it can.
    subprocess.run(["mount", "--bind", node.data, node.data], check=True)
    unmount = case.cleanup.enter_context(contextlib.ExitStack())
    unmount.callback(subprocess.run, ["umount", "-l", node.data], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", node.data], check=True)
    case.write("own1.h", "#define OWN 7\n")
    expect_right(case)
    unmount.close()
    expect_recovery(case)


@pytest.mark.root
def test_read_only_at_the_start(case):
    disk = case.dir / "disk"
    disk.mkdir()
    mount("-t", "tmpfs", "-o", "ro", "tmpfs", disk)
    case.cleanup.callback(subprocess.run, ["umount", disk], check=True)
    result = case.floe(f"node --name x --data-dir {disk}/data --socket {case.dir}/socket --mesh-key {case.dir}/none --config /dev/null")
    assert result.code == 1 and len(result.error_text.splitlines()) == 1 and str(disk) in result.error_text
