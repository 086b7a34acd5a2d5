"""Whom the cache believes: hits are compiled again elsewhere, a compiler that has gone bad is found out, a compile that does not repeat
itself is nobody's fault; and in a mesh that restricts who may write, what others write is served nowhere."""

import base64
import os
import re
import shutil
import struct
import zlib

import pytest
from harness.machine import eventually

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def mesh(make_mesh):
    """Every hit is audited."""
    mesh = make_mesh("audit", 3, environment={"FLOE_CACHE_AUDIT": "100"}).start()
    mesh.create_toolchains("gcc")
    yield mesh
    mesh.stop()


def stat_of(cache, field, node=1):
    """A figure of floe cache stats."""
    return cache.mesh.run("cache", "stats", "--json", node=node).check().json()[field]


def stats(cache, node=1):
    return cache.mesh.run("cache", "stats", node=node).text


def await_more(cache, field, than, node=1, why=None):
    eventually(lambda: stat_of(cache, field, node) > than, lambda: f"{why or field}: {stats(cache)}")


def quarantined(cache, node=1):
    """The names of who is in quarantine."""
    return re.findall("^quarantined: (\\S*) ", stats(cache, node), re.MULTILINE)


def compile_once(cache, options=""):
    """Through Floe alone; its object is at out/user.o."""
    cache.path("out/user.o").unlink(missing_ok=True)
    cache.mark()
    cache.compile(cache.words.format(options)).check()
    cache.await_records()


def test_right_results_agree(cache):
    before = stat_of(cache, "auditsAgreed")
    cache.write_user()
    cache.miss("-g")
    for count in range(2):
        cache.hit("-g")
        await_more(cache, "auditsAgreed", before + count)
    assert stat_of(cache, "auditsDiffered") == 0, stats(cache)


def test_compiles_that_do_not_repeat_themselves(cache):
    """gcc puts random names into objects for link-time optimisation."""
    before = stat_of(cache, "unsteady")
    cache.write_user()
    for number in (1, 2):
        cache.run(f"gcc -flto -Iinc -c src/user.c -o {number}.o").check()
    if cache.path("1.o").read_bytes() == cache.path("2.o").read_bytes():
        pytest.skip("this gcc's LTO objects repeat themselves")
    compile_once(cache, "-flto")
    compile_once(cache, "-flto")
    cache.expect_outcomes("cached; hit: ")
    await_more(cache, "unsteady", before)
    assert not quarantined(cache), f"somebody is blamed: {stats(cache)}"
    assert "the compile is not deterministic" in cache.mesh[1].log()
    compile_once(cache, "-flto")
    cache.expect_outcomes("(remote|local); miss: .*does not repeat itself")


def spoil_compiler(node):
    """It writes another word into each object, and its file looks as it did."""
    compiler = next(path for path in (node.data / "toolchains").glob("*/tree/**/cc1") if path.is_file() and not path.is_symlink())
    state, content = compiler.stat(), compiler.read_bytes()
    assert b") \0pkgversion\0" in content, "there is nothing to spoil in the compiler"
    compiler.chmod(state.st_mode | 0o200)
    compiler.write_bytes(content.replace(b") \0pkgversion\0", b"! \0pkgversion\0", 1))
    os.utime(compiler, ns=(state.st_atime_ns, state.st_mtime_ns))


def mend(node):
    """It loses all that its compiler has made, and the compiler."""
    node.stop()
    for directory in ("toolchains", "actions"):
        shutil.rmtree(node.data / directory, ignore_errors=True)
    node.start()
    node.mesh.await_complete()


@pytest.fixture
def spoilt(cache):
    """Node 3 has taken the toolchain, sound as yet; then its compiler goes bad, and makes the only copy of a result."""
    two = cache.mesh[2]
    cache.write_user()
    cache.right("-O1", FLOE_NODE="node3")
    cache.expect_outcomes("remote; ")
    spoil_compiler(cache.mesh[3])
    cache.cleanup.callback(cache.mesh.run, "cache", "unquarantine", "node3")
    cache.cleanup.callback(mend, cache.mesh[3])
    two.stop()
    cache.run("gcc -Iinc -c src/user.c -o plain.o").check()
    compile_once(cache)
    cache.expect_outcomes("remote; miss: ")
    assert cache.path("plain.o").read_bytes() != cache.path("out/user.o").read_bytes(), "the compiler is not spoilt"
    two.start()
    cache.mesh.await_complete()
    return cache


def find_out(cache):
    """A hit of that result, whose audit finds out about node 3."""
    compile_once(cache)
    cache.expect_outcomes("cached; hit: ")
    eventually(lambda: quarantined(cache) == ["node3"], lambda: f"{stats(cache)} {cache.mesh[1].log()[-1000:]}")


def expect_compiled_without_node3(cache, options):
    cache.right(options)
    attempts = [attempt["node"] for record in cache.await_records() for attempt in record["attempts"]]
    assert "node3" not in attempts, "node 3 is still given jobs"


def test_a_compiler_that_has_gone_bad(spoilt):
    reports = stat_of(spoilt, "reportsHeard", node=2)
    find_out(spoilt)
    said = [line for line in spoilt.mesh[1].log().splitlines() if re.search("ERROR.*floe cache unquarantine node3", line)]
    assert any("user.c" in line and "user.o" in line for line in said), said
    await_more(spoilt, "reportsHeard", reports, node=2, why="node 2 has not heard of it")
    assert not quarantined(spoilt, node=2), "node 2 believes hearsay"
    expect_compiled_without_node3(spoilt, "")
    expect_compiled_without_node3(spoilt, "-O2")


def test_a_quarantine_and_its_end(spoilt):
    find_out(spoilt)
    spoilt.mesh[1].restart()
    spoilt.mesh.await_complete()
    assert quarantined(spoilt) == ["node3"], "the quarantine has not outlived a restart"
    mend(spoilt.mesh[3])
    said = spoilt.floe("cache unquarantine node3").check().text
    assert said.startswith("taken out of quarantine: node3"), said
    assert not quarantined(spoilt)
    assert spoilt.floe("cache unquarantine node3").code != 0, "there is nobody left"
    spoilt.right("-O3", FLOE_NODE="node3")
    spoilt.expect_outcomes("remote; ")


def without_rule(token):
    """A token of the same mesh that says nothing of who may write."""
    word = token.removeprefix("floe1-")
    content = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
    assert content[-38:-36] == bytes([1, 32])
    content = content[:1] + struct.pack(">H", len(content) - 34) + content[3:-38]
    content += struct.pack(">I", zlib.crc32(content))
    return "floe1-" + base64.urlsafe_b64encode(content).decode().rstrip("=")


@pytest.fixture
def restricted(cache):
    """A mesh in which node 2 alone may write. Node 3 acts as if there were no such rule."""
    mesh, key = cache.mesh, cache.dir / "key"
    said = cache.floe("mesh", "create", "restricted", "--restrict-cache", "--mesh-key", key, "--seed", mesh[1].address).check()
    reader, writer = [line for line in said.lines if line.startswith("floe1-")]
    assert cache.floe("mesh", "token", "--mesh-key", key).text.strip() == reader
    assert cache.floe("mesh", "token", "--writer", "--mesh-key", key).text.strip() == writer
    for node in mesh.nodes.values():
        node.stop()
        shutil.copy(node.key, cache.dir / f"{node.name}.key")
    cache.cleanup.callback(return_to_the_old_mesh, cache)
    join = [cache.floe_path, "mesh", "join", "-", "--force", "--mesh-key"]
    assert "may not write" in cache.run([*join, mesh[1].key], stdin=reader.encode()).check().text
    assert "may write" in cache.run([*join, mesh[2].key], stdin=writer.encode()).check().text
    assert cache.floe("mesh", "token", "--writer", "--mesh-key", mesh[1].key).code != 0, "a reader lets writers in"
    mesh[3].key.write_text(without_rule(reader))
    for node in mesh.nodes.values():
        node.start()
    mesh.await_complete()
    cache.write_user()
    return cache


def return_to_the_old_mesh(cache):
    for node in cache.mesh.nodes.values():
        node.stop()
        shutil.copy(cache.dir / f"{node.name}.key", node.key)
    for node in cache.mesh.nodes.values():
        node.start()
    cache.mesh.await_complete()


def fill(cache):
    """A result that node 2 has made and signed; node 1 has a copy."""
    entries = stat_of(cache, "entries")
    cache.mesh[3].stop()
    cache.miss("-Os")
    await_more(cache, "entries", entries, why="node 1 keeps nothing")


def test_writers_write(restricted):
    audits = stat_of(restricted, "auditsDone")
    fill(restricted)
    restricted.hit("-Os")
    await_more(restricted, "auditsDone", audits)
    restricted.floe("cache clear").check()
    restricted.hit("-Os")
    assert any("fetched from node2" in str(record.get("cache")) for record in restricted.records()), restricted.outcomes()
    assert stat_of(restricted, "refused") == 0, "what node 2 has signed was refused"


def await_nodes(cache, count):
    eventually(lambda: len(cache.mesh.listing()["nodes"]) == count, "the mesh does not settle")


def test_only_writers_write(restricted):
    fill(restricted)
    restricted.mesh[3].start()
    restricted.mesh[2].stop()
    await_nodes(restricted, 2)
    refused, entries = stat_of(restricted, "refused"), stat_of(restricted, "entries", node=3)
    restricted.miss("-Og")
    await_more(restricted, "refused", refused, why="node 1 has taken the copy of what node 3 made")
    await_more(restricted, "entries", entries, node=3, why="node 3 keeps nothing")
    refused = stat_of(restricted, "refused")
    restricted.no_hit("-Og")
    assert stat_of(restricted, "refused") > refused, "node 3's result was not refused"
    restricted.no_hit("-Og")
    assert any(re.search("WARN.*node3.*not accepted", line) for line in restricted.mesh[1].log().splitlines())
    restricted.mesh[2].start()
    restricted.mesh.await_complete()
    restricted.no_hit("-Og")
    restricted.right("-Os")
