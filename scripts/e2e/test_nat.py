"""A node behind a router that translates addresses is a member like all others: jobs flow both ways over connections that it has opened itself,
and nobody configures anything."""

import contextlib

import pytest
from harness.machine import eventually
from harness.network import Network

pytestmark = [pytest.mark.root, pytest.mark.needs("nft")]
HIDDEN = 3


@pytest.fixture(scope="module")
def mesh(make_mesh):
    """Three hosts that all execute. The last is behind a router, and its node starts first, so that it begins the group."""
    network = Network(3)
    network.put_behind_router(HIDDEN)
    mesh = make_mesh("nat", 3, network=network, submitters=())
    mesh.create_keys()
    mesh[HIDDEN].start()
    for number in (1, 2):
        mesh[number].start()
    mesh.await_complete()
    yield mesh
    mesh.stop()
    network.close()


def info(mesh, name, node):
    return next(peer for peer in mesh.listing(node)["nodes"] if peer["name"] == name)


def compile_on(case, submitter, executor, name):
    """A compile that the node with one number submits and the other executes comes to the same as a plain one."""
    case.before = case.mesh.prefix(submitter)
    node = case.mesh[submitter]
    case.log = type(case.log)(node.job_log)
    case.write(name, f"#include <stdio.h>\nint from_{submitter}_to_{executor}(void) {{ return EOF; }}\n")
    case.same(f"gcc -O2 -c {name}", FLOE_SOCKET=str(node.socket), FLOE_NODE=f"node{executor}")
    assert case.expect_remote()[0]["node"] == f"node{executor}"


def await_reached(mesh, node, hidden=HIDDEN):
    """Waits until the node with a number sends its requests to the one behind the router over a connection that this has opened."""
    eventually(lambda: info(mesh, f"node{hidden}", node)["reversed"], f"node{node} does not reach the node behind the router")


def test_others_cannot_connect_to_it(case):
    """The case stands on a router that lets nobody in."""
    script = f"import socket; socket.create_connection({(case.mesh.network.address(HIDDEN), case.mesh[HIDDEN].port + 1)}, 3)"
    assert case.run([*case.mesh.prefix(1), "python3", "-c", script]).code != 0


@pytest.mark.parametrize("executor", [1, 2])
def test_its_jobs_go_to_the_others(case, executor):
    """The executor fetches the toolchain over a connection that the node behind the router has opened."""
    await_reached(case.mesh, executor)
    compile_on(case, HIDDEN, executor, "a.c")


@pytest.mark.parametrize("submitter", [1, 2])
def test_jobs_of_the_others_go_to_it(case, submitter):
    await_reached(case.mesh, submitter)
    assert info(case.mesh, f"node{HIDDEN}", submitter)["dialsOut"]
    compile_on(case, submitter, HIDDEN, "a.c")


def test_it_does_not_coordinate_the_group(case):
    for number in (1, 2, HIDDEN):
        eventually(lambda: case.mesh.listing(number)["coordinator"] != f"node{HIDDEN}",
                   lambda: f"node{number} sees the coordinator {case.mesh.listing(number)['coordinator']}")


def test_it_comes_back_after_a_restart(case):
    case.mesh[HIDDEN].kill()
    case.mesh[HIDDEN].start()
    case.mesh.await_complete()
    await_reached(case.mesh, 1)
    compile_on(case, 1, HIDDEN, "b.c")
    compile_on(case, HIDDEN, 2, "c.c")


@contextlib.contextmanager
def two_hidden(case, make_mesh, name):
    """Four hosts, of which the third and the fourth are behind routers of their own."""
    network = Network(4)
    for number in (3, 4):
        network.put_behind_router(number)
    mesh = make_mesh(name, 4, network=network, submitters=())
    try:
        case.mesh = mesh
        yield mesh
    finally:
        mesh.stop()
        network.close()


def check_jobs_of_hidden(case):
    for hidden in (3, 4):
        await_reached(case.mesh, 1, hidden)
        compile_on(case, 1, hidden, f"to{hidden}.c")
        compile_on(case, hidden, 2, f"from{hidden}.c")


@pytest.mark.slow
def test_two_behind_different_routers_are_members_of_one_mesh(case, make_mesh):
    """They give each other no jobs, but what the group shares reaches both, and nobody else waits for it."""
    with two_hidden(case, make_mesh, "two-nats") as mesh:
        mesh.start()
        check_jobs_of_hidden(case)


@pytest.mark.slow
@pytest.mark.parametrize("first", [3, 4])
def test_two_behind_different_routers_begin_groups_that_become_one(case, make_mesh, first):
    """Neither finds the other, so that each begins a group. Who starts later joins one of the two."""
    with two_hidden(case, make_mesh, f"two-groups-{first}") as mesh:
        mesh.create_keys()
        for hidden in (first, 7 - first):
            mesh[hidden].start()
            assert len(mesh.listing(hidden)["nodes"]) == 1
        for number in (1, 2):
            mesh[number].start()
        mesh.await_complete()
        check_jobs_of_hidden(case)
