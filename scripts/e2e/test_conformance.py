"""The conformance table: each of its commands runs plainly, with FLOE_MODE=local and with FLOE_MODE=remote, and all that comes of it is compared;
each runs where the table says. Every fifteenth is in the common lane. `scripts/conformance` runs them by filters, and random ones."""

import pathlib
import sys

import pytest
from harness.machine import have

SCRIPTS = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SCRIPTS / "lib/conformance"))
import cases  # noqa: E402
import compatibility  # noqa: E402
import generated  # noqa: E402
import runner  # noqa: E402

TABLE = cases.load(SCRIPTS / "cases")
SAMPLE = 15
RANDOM_SEED, RANDOM_COUNT, FURTHER_COUNT = 1, 20, 2_000
FURTHER_COMPILERS = [f"{target}-{name}" for target in ("x86_64-w64-mingw32", "aarch64-linux-gnu") for name in ("gcc", "g++")]


def table():
    for number, case in enumerate(TABLE):
        yield pytest.param(case, id=case.name, marks=() if number % SAMPLE == 0 else pytest.mark.slow)


@pytest.fixture(scope="module")
def worker(plain_mesh, work):
    """Runs commands in a directory of its own."""
    plain_mesh.create_toolchains(*filter(have, ["clang++", *FURTHER_COMPILERS]))
    return runner.Runner(str(work / "conformance"), str(SCRIPTS / "cases/tree"), runner.Records(str(plain_mesh[1].job_log)),
                         cases.load_variations(SCRIPTS / "cases"), str(plain_mesh.cc), str(plain_mesh[1].socket), cached=False)


@pytest.mark.parametrize("case", table())
def test_table(worker, case):
    if case.missing():
        pytest.skip(f"there is no {case.missing()} here")
    verdict = worker.check(case)
    assert not verdict.problems, f"{case.command}: {'; '.join(verdict.problems)}"


def check_random(worker, number):
    found = generated.check(worker, worker.source, str(RANDOM_SEED), number)
    assert not found.report, found.report


@pytest.mark.parametrize("number", range(RANDOM_COUNT))
def test_random_command(worker, number):
    check_random(worker, number)


@pytest.mark.slow
def test_further_random_commands(worker):
    for number in range(RANDOM_COUNT, FURTHER_COUNT):
        check_random(worker, number)


def test_compatibility_page(tmp_path):
    """docs/compatibility.md is what the table says; scripts/conformance --compatibility writes it."""
    compatibility.write(str(tmp_path / "page"), TABLE, cases.load_variations(SCRIPTS / "cases"))
    assert (tmp_path / "page").read_text() == (SCRIPTS.parent / "docs/compatibility.md").read_text()
