"""Machines join by invitations, the key of the mesh is rotated under a build, and a member that was expelled does not come back."""

import base64
import datetime
import hashlib
import random
import stat
import threading
import time

import pytest
from harness import jobs
from harness.machine import eventually

PREFIX = "floe-invite1-"
KEYS_BYTES = 64 + 33


@pytest.fixture
def members_mesh(make_mesh, request):
    """Of its own for each case, because its members change."""
    mesh = make_mesh(request.node.name.removeprefix("test_")[:30], 4, prepared=True).start()
    yield mesh
    mesh.stop()


def invite(mesh, *options, node=1):
    return mesh.run("mesh", "invite", *options, node=node).check().lines[-1]


def aim(invitation, port):
    """The same for the member at a port of the loopback alone."""
    packed = invitation.removeprefix(PREFIX)
    body = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))[:KEYS_BYTES]
    body += b"\x01\x09127.0.0.1" + port.to_bytes(2, "big")
    return PREFIX + base64.urlsafe_b64encode(body + hashlib.sha256(body).digest()[:8]).decode().rstrip("=")


def join(mesh, invitation, key, **options):
    return mesh.run("mesh", "join", invitation, "--mesh-key", key, **options)


def members(mesh, node=1):
    return mesh.run("mesh", "members", "--json", node=node).check().json_lines()


def names(mesh, node=1):
    return {peer["name"] for peer in mesh.listing(node)["nodes"]}


def knocks(mesh):
    listing = mesh.listing()
    return listing["refused"] + listing["aborted"]


def leave(node):
    """Its machine has nothing of the mesh any more."""
    node.stop()
    for file in ("mesh.key", "data/node.key", "data/membership"):
        (node.dir / file).unlink(missing_ok=True)


def test_invitation(members_mesh):
    """The machine joins with it at another member than the one that made it; its secrets are its owner's alone."""
    mesh = members_mesh
    node = mesh[4]
    leave(node)
    invitation = invite(mesh, node=2)
    assert invitation.startswith(PREFIX)
    assert "joined mesh" in join(mesh, invitation, node.key).check().text
    node.start()
    mesh.await_complete()
    for file in (node.key, node.data / "node.key", node.data / "membership"):
        if file.exists():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    eventually(lambda: {it["name"] for it in members(mesh) if it["present"]} == {"node1", "node2", "node3", "node4"}, "node4 is no member")
    old = join(mesh, mesh.token, mesh.dir / "other").check()
    assert "joined mesh" in old.text and "warning: a token contains the key of the mesh" in old.error_text
    result = join(mesh, invitation, node.dir / "again")
    assert result.code == 1
    assert "has been used" in result.error_text
    assert not (node.dir / "again").exists()


@pytest.mark.slow
def test_invitations_that_let_nobody_in(members_mesh):
    """Each is damaged; and of eight machines that come with one use at the same time, at four members, one is let in."""
    mesh = members_mesh
    rng, good, let = random.Random(11), invite(mesh), 0
    for number in range(12):
        at = rng.randrange(len(PREFIX), len(good))
        wrong = good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1:] if number % 2 else good[:at]
        let += join(mesh, wrong, mesh.dir / f"wrong{number}").code == 0
    assert let == 0
    codes = []
    aimed = [aim(good, mesh[1 + number % 4].port + 1) for number in range(8)]
    threads = [threading.Thread(target=lambda n=n: codes.append(join(mesh, aimed[n], mesh.dir / f"same{n}").code)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [0] + 7 * [1]


@pytest.mark.slow
def test_rotation_and_expulsion(members_mesh, record_property):
    """node4 is expelled and node3 is away; node3 comes back by itself, node4 never, with nothing that it has."""
    mesh = members_mesh
    stale, token = invite(mesh), mesh.run("mesh", "token", "--mesh-key", mesh[1].key).check().lines[-1]
    eventually(lambda: len(members(mesh)) == 4, "the members are not known")
    before = mesh.listing(2)
    mesh[3].stop()
    start = time.monotonic()
    said = mesh.run("mesh", "expel", "node4").check().text
    assert "refused from now on: node4" in said
    eventually(lambda: "node4" not in names(mesh, 1) and "node4" not in names(mesh, 2), "node4 is still listed")
    record_property("figures", f"off all lists {time.monotonic() - start:.1f} s after the command")
    assert {"node1", "node2"} <= names(mesh, 2), before
    eventually(lambda: any("expelled from the mesh by node1" in warning for warning in mesh.listing(4)["warnings"]), "node4 does not say that it was expelled")
    assert "[expelled]" in mesh.run("doctor", node=4).text
    mesh[3].start()
    eventually(lambda: {"node1", "node2", "node3"} <= names(mesh, 1) and "node1" in names(mesh, 3), "node3 does not come back")
    mesh[4].restart()
    assert join(mesh, stale, mesh.dir / "stale").code == 1
    other = mesh.dir / "other"
    mesh.run("mesh", "join", token, "--mesh-key", other).check()
    mesh[4].stop()
    mesh[4].key.write_bytes(other.read_bytes())
    for file in ("node.key", "membership"):
        (mesh[4].data / file).unlink(missing_ok=True)
    before = knocks(mesh)
    mesh[4].start()
    eventually(lambda: knocks(mesh) > before, "node4 does not try")
    assert all("node4" not in names(mesh, number) for number in (1, 2, 3))
    mesh[4].stop()
    mesh.run("mesh", "join", "--force", invite(mesh), "--mesh-key", mesh[4].key).check()
    mesh[4].start()
    mesh.await_complete()


class Build:
    """Compiles one source after another in several threads, until it is told to end."""

    def __init__(self, case, socket, width=7):  # more than two nodes have slots
        self.case, self.socket, self.width, self.ended, self.failures = case, socket, width, threading.Event(), []
        self.log = jobs.JobLog(case.log.path)
        self.threads = [threading.Thread(target=self.compile, args=(number,)) for number in range(width)]

    def compile(self, number):
        count = 0
        while not self.ended.is_set():
            count += 1
            name = f"{number}-{count}.c"
            self.case.write(name, "".join(f"int f{number}_{count}_{i}(int x) {{ return x * {i} + {count}; }}\n" for i in range(400)))
            words = [self.case.cc, "gcc", "-O1", "-c", name]
            result = self.case.run(words, FLOE_SOCKET=self.socket, FLOE_MODE="remote", FLOE_CACHE="off")
            if result.code != 0 or not self.case.path(name).with_suffix(".o").exists():
                self.failures.append(f"{name}: {result.code} {result.error_text}")

    def await_jobs(self, count, **fields):
        """Until so many more jobs with these fields in their records have ended."""
        seen = len(self.records(**fields))
        eventually(lambda: self.failures or len(self.records(**fields)) >= seen + count, lambda: f"the build stands still: {self.records()[-3:]}")

    def records(self, **fields):
        return [record for record in self.log.read() if all(record.get(key) == value for key, value in fields.items())]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()


def instant(record):
    return datetime.datetime.fromisoformat(record["started"].replace("Z", "+00:00")).timestamp()


def test_the_key_changes_during_a_build(alone, members_mesh, record_property):
    """Twice, and then a member is expelled: no compile fails, all are remote, and jobs go to those that stay."""
    case, mesh = alone, members_mesh
    case.log = jobs.JobLog(mesh[1].job_log)
    case.write("first.c", "int x;\n")
    case.run([case.cc, "gcc", "-c", "first.c"], FLOE_SOCKET=mesh[1].socket, FLOE_CACHE="off").check()
    with Build(case, mesh[1].socket) as build:
        build.await_jobs(3, node="node4")
        mesh.run("mesh", "rotate", node=2).check()
        build.await_jobs(8)
        mesh.run("mesh", "rotate", node=1).check()
        build.await_jobs(8)
        before = time.time()
        assert "refused from now on: node4" in mesh.run("mesh", "expel", "node4", node=3).check().text
        said = time.time()
        eventually(lambda: all("node4" not in names(mesh, number) for number in (1, 2, 3)), "node4 is still listed")
        gone = time.time()
        build.await_jobs(8)
    assert not build.failures, build.failures[:3]
    records = build.records()
    assert {record["decision"] for record in records} == {"remote"}, [record for record in records if record["decision"] != "remote"][:3]
    assert {record["node"] for record in records} == {"node2", "node3", "node4"}
    lost = [record for record in records if len(record["attempts"]) > 1]
    last = max(instant(record) for record in records if record["node"] == "node4")
    figures = f"{len(records)} jobs, {len(lost)} of them twice; expelled in {said - before:.1f} s, off the lists in {gone - before:.1f} s, " \
              f"last job there {last - before:.1f} s after"
    print(figures)
    record_property("figures", figures)
    assert last < gone
    for node in (1, 2, 3):
        assert names(mesh, node) == {"node1", "node2", "node3"}, "members have left the group"


@pytest.mark.slow
def test_members_that_were_away_catch_up(members_mesh):
    """With nodes that have restarted since, from a key two before, which a node has replaced that did not know them."""
    mesh = members_mesh
    newcomer = mesh[3]
    mesh[4].stop()
    leave(newcomer)
    join(mesh, invite(mesh), newcomer.key).check()
    newcomer.start()
    eventually(lambda: "node3" in names(mesh, 1) and "node1" in names(mesh, 3), "the new member is not there")
    mesh.run("mesh", "rotate", node=3).check()
    mesh.run("mesh", "rotate", node=2).check()
    for number in (1, 2, 3):
        mesh[number].restart()
    mesh[4].start()
    mesh.await_complete()
    assert {it["name"] for it in members(mesh, 4) if it["present"]} == {"node1", "node2", "node3", "node4"}


@pytest.mark.parametrize("name", ["data/node.key", "data/membership", "mesh.key"])
def test_no_job_reads_a_secret_of_its_executor(case, name):
    """The assembler includes it by a path that no scan of the text finds; the node could read it."""
    for node in case.mesh.nodes.values():
        path = node.dir / name
        if not path.exists():
            continue
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        half = len(str(path)) // 2
        source = f"{name.rpartition('/')[2]}-{node.number}.c"
        case.write(source, f'__asm__(".data\\n.inc" "bin \\"{str(path)[:half]}" "{str(path)[half:]}\\"\\n");\n')
        case.mark()
        case.through([case.cc, "gcc", "-c", source])
        record = case.await_record(lambda job, source=source: job.get("source", "").endswith(source), f"no record of {source}")
        for attempt in record["attempts"][:1]:
            assert attempt["result"].startswith(("exit 1", "missed")), record
