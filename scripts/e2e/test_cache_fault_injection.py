"""The cache of results on disks that rot, fill up or are small, and on nodes that die: each object is the plain compiler's, and what is
whole still serves."""

import os
import pathlib
import random
import shutil
import subprocess

import pytest

pytestmark = pytest.mark.slow

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent
MEBIBYTE = 1 << 20


@pytest.fixture(scope="module")
def mesh(make_mesh):
    mesh = make_mesh("cache-faults", 3).start()
    mesh.create_toolchains("gcc")
    yield mesh
    mesh.stop()


@pytest.fixture
def large(cache):
    """A source whose object is kept apart from its result, in the store."""
    cache.write_user()
    numbers = ",".join(map(str, range(1, 3001)))
    cache.write_source(f'#include "a.h"\n#include <b.h>\nint values[200000] = {{A, B, {numbers}}};\n')
    return cache


def stored_files(node):
    found = [path for place in ("store", "actions") for path in (node.data / place).rglob("*") if path.is_file() and path.stat().st_size > 40]
    assert found, f"{node.name} stores nothing"
    return found


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


def restart(cache, number=1, **environment):
    cache.mesh[number].restart(environment=environment)
    cache.mesh.await_complete()


def test_entries_spoilt(large):
    for node in ("node2", "node3"):
        large.right("-O1", FLOE_NODE=node, FLOE_CACHE="off")  # so that each stores something
    large.miss("-g")
    large.hit("-g")
    for number in (1, 2, 3):
        for path in stored_files(large.mesh[number]):
            spoil(path)
    large.right("-g")
    large.right("-g")
    large.hit("-g")


def test_entries_spoilt_over_night(large):
    large.miss("-g")
    large.hit("-g")
    large.mesh[1].stop()
    for path in stored_files(large.mesh[1]):
        rot(path)
    restart(large)
    large.right("-g")
    large.hit("-g")


def cut_to(size):
    def how(path):
        path.chmod(path.stat().st_mode | 0o200)
        os.truncate(path, size)
    return how


def lengthen(path):
    path.chmod(path.stat().st_mode | 0o200)
    os.truncate(path, path.stat().st_size + 5)


@pytest.mark.parametrize("how", [cut_to(5), cut_to(0), os.unlink, lengthen], ids=["cut_short", "empty", "gone", "lengthened"])
def test_entries(large, how):
    large.right("-g")
    large.hit("-g")
    for path in stored_files(large.mesh[1]):
        how(path)
    large.right("-g")
    large.right("-g")
    large.hit("-g")


def test_results_gone(large):
    large.right("-g")
    shutil.rmtree(large.mesh[1].data / "actions")
    large.right("-g -DN")
    large.right("-g -DN")
    restart(large)
    large.right("-g -DN")
    large.hit("-g -DN")


def test_hits_outlive_the_node(large):
    large.miss("-g")
    large.miss()
    large.hit("-g")
    large.mesh[1].kill()
    restart(large)
    large.hit("-g")
    large.hit()
    restart(large)
    large.hit("-g")
    large.write("inc/a.h", "#define A 5\n")
    large.miss("-g")
    large.hit("-g")


def test_a_killed_executor(large):
    large.miss("-g")
    large.mesh[2].kill()
    large.hit("-g")
    large.miss("-O3")
    restart(large, 2)
    large.hit("-O3")


def disk_usage(directory):
    """In MiB, as du rounds it up."""
    return int(subprocess.run(["du", "-sm", directory], stdout=subprocess.PIPE, check=True).stdout.split()[0])


def test_a_store_of_16_mib(large):
    large.cleanup.callback(restart, large)
    restart(large, FLOE_STORE_SIZE="16")
    for number in [*range(1, 61), 1, 2, 3, 58, 59, 60]:
        large.right(f"-g -DN={number}")
    large.hit("-g -DN=60")
    assert disk_usage(large.mesh[1].data / "store") <= 20
    restart(large)
    large.hit("-g -DN=60")


def fill(path):
    """Until the disk is full."""
    with open(path, "wb", buffering=0) as file:
        try:
            while file.write(bytes(65536)):
                pass
        except OSError:
            pass


@pytest.fixture
def small_disk(large):
    """Node 1 has its data on a disk of 400 MiB, which it has used."""
    node = large.mesh[1]
    whole = node.dir / "data.whole"
    node.stop()
    node.data.rename(whole)
    node.data.mkdir()
    large.cleanup.callback(restart, large)
    large.cleanup.callback(whole.rename, node.data)
    large.cleanup.callback(node.data.rmdir)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400m", "floe-e2e", node.data], check=True)
    large.cleanup.callback(subprocess.run, ["umount", "-l", node.data], check=True)
    large.cleanup.callback(node.stop)
    restart(large)
    large.right("-g")
    large.right("-g")
    return node.data


@pytest.mark.root
def test_a_full_disk(large, small_disk):
    fill(small_disk / "ballast")
    for number in range(1, 7):
        large.right(f"-g -DN={number}")
        large.right(f"-g -DN={number}")
    (small_disk / "ballast").unlink()
    large.right("-g -DN=7")
    large.hit("-g -DN=7")


def test_random_rebuilds(alone):
    """Sixty steps of the random test; scripts/fuzz-rebuilds does as many as one likes."""
    seed = str(random.randrange(32768))
    alone.run(["nice", SCRIPTS / "fuzz-rebuilds", "--steps", "60", "--seed", seed], FLOE_KEEP="0", FLOE_PREFIX=alone.prefix).check()
