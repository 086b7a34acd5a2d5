"""What a mesh is after a partition has healed."""

import pytest
from harness.machine import eventually
from harness.network import Network

pytestmark = [pytest.mark.root, pytest.mark.slow]
NODES = 5
ROUNDS = 4


@pytest.fixture(scope="module")
def mesh(make_mesh):
    network = Network(NODES)
    mesh = make_mesh("partitions", NODES, network=network)
    mesh.start()
    yield mesh
    mesh.stop()
    network.close()


def names(mesh, number):
    return {node["name"] for node in mesh.listing(number)["nodes"]}


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_member_that_is_killed_soon_after_comes_back(mesh, turn):
    """The coordinator and one member drop each other, and both keep the rest; soon after they have met again another member is killed."""
    coordinator = int(mesh.listing()["coordinator"].removeprefix("node"))
    others = [number for number in range(1, NODES + 1) if number != coordinator]
    lost, killed = others[turn % len(others)], others[(turn + 1) % len(others)]
    for source, target in ((coordinator, lost), (lost, coordinator)):
        mesh.network.lose(source, target)
    eventually(lambda: f"node{lost}" not in names(mesh, coordinator), f"node{lost} is not dropped")
    for source, target in ((coordinator, lost), (lost, coordinator)):
        mesh.network.deliver(source, target)
    mesh.await_complete()
    mesh[killed].kill()
    mesh[killed].start()
    mesh.await_complete()
