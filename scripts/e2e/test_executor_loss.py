"""An executor that is killed, frozen or cut off while it compiles costs seconds, and nothing else. As root each node is a machine of its own."""

import os
import signal

import pytest
from harness import processes
from harness.machine import eventually, is_root
from harness.network import Network


@pytest.fixture(scope="module")
def network_mesh(make_mesh):
    network = Network(3)
    mesh = make_mesh("loss", 3, network=network, prepared=True).start()
    yield mesh
    mesh.stop()
    network.close()


@pytest.fixture(scope="module")
def mesh(request):
    return request.getfixturevalue("network_mesh" if is_root() else "plain_mesh")


def lose(case, take_away):
    """A compile runs on some executor, which is taken away; the compile ends like the plain one, without that executor. Returns the executor."""
    case.start_frozen()
    lost = case.executor_of(case.slow)
    assert lost is not None, "no node is above the sandbox"
    take_away(lost)
    case.expect_like_plain(case.slow_job.wait())
    record = case.await_records()[0]
    assert any(attempt["node"] == lost.name and attempt["result"].startswith("lost: ") for attempt in record["attempts"]), record
    assert record["decision"] == "remote", f"compiled locally: {record['reason']}"
    return lost


def expect_service(case):
    """The mesh goes on: with what it has, or with all of it."""
    case.write("after.c", "int after;\n")
    case.same("gcc -c after.c")
    case.expect_remote()


def expect_return(case, *nodes):
    for node in nodes:
        node.start()
    case.mesh.await_complete()
    expect_service(case)


def test_killed(case):
    lost = lose(case, lambda node: node.kill())
    case.await_no_sandbox(case.slow, "the sandbox outlives its node")
    expect_service(case)
    expect_return(case, lost)


def test_frozen(case):
    lost = lose(case, lambda node: node.freeze())
    expect_service(case)
    lost.kill()
    expect_return(case, lost)


def test_terminated(case):
    lost = lose(case, lambda node: node.signal(signal.SIGTERM))
    expect_service(case)
    eventually(lambda: not lost.is_alive(), "the node does not end")
    expect_return(case, lost)


def test_wanted_executor_killed(case):
    case.start_frozen(FLOE_NODE="node3")
    case.mesh[3].kill()
    case.expect_like_plain(case.slow_job.wait())
    expect_return(case, case.mesh[3])


@pytest.mark.parametrize("victim", ["cc1plus", "floe-run"], ids=["compiler_killed", "sandbox_killed"])
def test_the_executor_lives_and_the_job_does_not(case, victim):
    case.start_frozen()
    pids = [pid for pid in processes.with_word(case.slow) if processes.name_of(pid) == victim]
    assert pids, f"there is no {victim}"
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    case.expect_like_plain(case.slow_job.wait())
    expect_service(case)


def test_all_executors_killed(case):
    case.start_frozen()
    executors = [case.mesh[2], case.mesh[3]]
    for node in executors:
        node.kill()
    case.expect_like_plain(case.slow_job.wait())
    expect_return(case, *executors)


@pytest.mark.root
def test_cut_off(case):
    lost = lose(case, lambda node: case.mesh.network.cut_off(node.number))
    expect_service(case)
    case.mesh.network.connect(lost.number)
    case.mesh.await_complete()
    expect_service(case)
