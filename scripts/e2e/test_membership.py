"""Machines join by invitations, the key of the mesh is rotated under a build, and a member that was expelled does not come back."""

import random
import stat
import threading
import time

import pytest
from harness.machine import eventually

PREFIX = "floe-invite1-"


@pytest.fixture
def mesh(make_mesh, case):
    """Of its own for each case, because its members change."""
    mesh = make_mesh(f"membership-{case.dir.name}", 4).start()
    yield mesh
    mesh.stop()


def invite(mesh, *options, node=1):
    return mesh.run("mesh", "invite", *options, node=node).check().lines[-1]


def join(mesh, invitation, key, **options):
    return mesh.run("mesh", "join", invitation, "--mesh-key", key, **options)


def members(mesh, node=1):
    return mesh.run("mesh", "members", "--json", node=node).check().json_lines()


def names(mesh, node=1):
    return {peer["name"] for peer in mesh.listing(node)["nodes"]}


def leave(node):
    """Its machine has nothing of the mesh any more."""
    node.stop()
    for file in ("mesh.key", "data/node.key", "data/membership"):
        (node.dir / file).unlink(missing_ok=True)


def test_invitation(mesh):
    """The machine joins with it at another member than the one that made it; its secrets are its owner's alone."""
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
    result = join(mesh, invitation, node.dir / "again")
    assert result.code == 1
    assert "has been used" in result.error_text
    assert not (node.dir / "again").exists()


def test_invitations_that_let_nobody_in(mesh):
    """Each is damaged, forged or used; two machines come with one use at the same time, at two members."""
    rng, good, let = random.Random(11), invite(mesh), 0
    for number in range(12):
        at = rng.randrange(len(PREFIX), len(good))
        wrong = good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1:] if number % 2 else good[:at]
        let += join(mesh, wrong, mesh.dir / f"wrong{number}").code == 0
    codes = []
    threads = [threading.Thread(target=lambda n=n: codes.append(join(mesh, good, mesh.dir / f"twice{n}").code)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert let == 0
    assert sorted(codes) == [0, 1, 1]


def test_rotation_and_expulsion(mesh):
    """node4 is expelled and node3 is away; node3 comes back by itself, node4 never, with nothing that it has."""
    stale, token = invite(mesh), mesh.run("mesh", "token", "--mesh-key", mesh[1].key).check().lines[-1]
    eventually(lambda: len(members(mesh)) == 4, "the members are not known")
    before = mesh.listing(2)
    mesh[3].stop()
    start = time.monotonic()
    said = mesh.run("mesh", "expel", "node4").check().text
    assert "refused from now on: node4" in said
    eventually(lambda: "node4" not in names(mesh, 1) and "node4" not in names(mesh, 2), "node4 is still listed")
    print(f"expelled everywhere after {time.monotonic() - start:.1f} s")
    assert time.monotonic() - start < 5
    assert {"node1", "node2"} <= names(mesh, 2), before
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
    refused = mesh.listing()["refused"]
    mesh[4].start()
    eventually(lambda: mesh.listing()["refused"] > refused, "node4 does not try")
    assert all("node4" not in names(mesh, number) for number in (1, 2, 3))
