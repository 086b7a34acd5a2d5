"""A job that takes far longer than expected is started again on another node, and the first result counts."""

import pytest
from harness.machine import eventually


@pytest.fixture(scope="module")
def mesh(make_mesh):
    mesh = make_mesh("copies", 3, prepared=True, second_copies=True).start()
    yield mesh
    mesh.stop()


def test_a_compiler_that_stands_still(case):
    # The submitter learns from such a compile how long one takes, also on a busy machine; before that there are no copies.
    case.same(f"g++ -g -c {case.slow_source()} -o known.o")
    case.expect_remote()
    case.start_frozen()
    first = case.executor_of(case.slow)
    assert first is not None, "no node is above the sandbox"
    case.expect_like_plain(case.slow_job.wait())
    record = case.await_records()[0]
    attempts = record["attempts"]
    assert [attempt["result"] for attempt in attempts if attempt["result"] == "done"] == ["done"], attempts
    assert attempts[0]["node"] == first.name, attempts
    assert attempts[0]["result"].startswith(f"overtaken by {record['node']}: {first.name} took "), attempts
    assert record["node"] != first.name
    assert f"as a second copy: {first.name} took " in record["reason"], record["reason"]
    case.await_no_sandbox(case.slow, "the copy that stands still is not ended")
    case.await_idle()


def test_a_job_in_time_has_no_copy(case):
    case.write("quick.c", "int quick;\n")
    case.same("gcc -c quick.c")
    records = case.expect_remote()
    assert [attempt["result"] for attempt in records[0]["attempts"]] == ["done"], records
    eventually(case.mesh.is_idle, "a slot does not become free")
