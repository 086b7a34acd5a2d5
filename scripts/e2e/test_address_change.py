"""A machine gets another address while its node runs."""

import pytest
from harness.machine import eventually
from harness.mesh import PORT
from harness.network import Network, ip

pytestmark = [pytest.mark.root, pytest.mark.needs("ip", "nsenter")]
MOVES, STAYS = 2, 1
NEW_HOST = 77


@pytest.fixture(scope="module")
def mesh(make_mesh):
    """Two hosts; the node of one has no address of its own choice, as most have not."""
    network = Network(2)
    mesh = make_mesh("moves", 2, network=network, submitters=())
    moving = mesh[MOVES]
    words = moving.command()
    words[words.index("--listen") + 1] = f"0.0.0.0:{PORT}"
    moving.command = lambda: words
    mesh.start()
    yield mesh
    mesh.stop()
    network.close()


def address(mesh, node, seen_by):
    return next((peer["address"] for peer in mesh.listing(seen_by)["nodes"] if peer["name"] == f"node{node}"), "")


def move(network, host, old, new):
    name = network.namespace(host)
    ip("-n", name, "address", "del", f"{old}/24", "dev", "eth0")
    ip("-n", name, "address", "add", f"{new}/24", "dev", "eth0")
    ip("-n", name, "route", "replace", "default", "dev", "eth0")


def test_its_node_joins_again_at_the_new_address(mesh):
    """Without a restart of the process, and its own compiles go on."""
    network, pid = mesh.network, mesh[MOVES].pid
    new = f"{network.addresses}.{NEW_HOST}"
    assert address(mesh, MOVES, STAYS) == f"{network.address(MOVES)}:{PORT + 1}"
    move(network, MOVES, network.address(MOVES), new)
    eventually(lambda: address(mesh, MOVES, STAYS) == f"{new}:{PORT + 1}", "the other node does not see the new address")
    eventually(lambda: len(mesh.listing(MOVES)["nodes"]) == 2, "the node that has moved does not see the other")
    assert mesh[MOVES].is_alive() and mesh[MOVES].pid == pid


def test_a_chosen_address_that_is_gone_is_shown(mesh):
    network, node = mesh.network, mesh[STAYS]
    ip("-n", network.namespace(STAYS), "address", "del", f"{network.address(STAYS)}/24", "dev", "eth0")
    eventually(lambda: "is gone from this machine" in node.log(), "the log does not say so")
    said = mesh.run("doctor", node=STAYS).text
    assert network.address(STAYS) in said and "own-address" in said, said
