"""No case is in no lane: what lies here is collected, and runs in the common lane or, marked slow, in the nightly one."""

import ast
import pathlib

import pytest

HERE = pathlib.Path(__file__).parent
SUITES = sorted(HERE.glob("test_*.py"))
KNOWN = {"conftest.py", "pytest.ini", "harness"}


def functions(suite):
    return [node for node in ast.parse(suite.read_text()).body if isinstance(node, ast.FunctionDef)]


def test_every_file_is_a_suite():
    assert {path.name for path in HERE.iterdir()} - KNOWN - {"__pycache__"} == {suite.name for suite in SUITES}


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.stem)
def test_every_case_is_collected(request, suite):
    """Also no case hides another of the same name."""
    names = [function.name for function in functions(suite) if function.name.startswith("test_")]
    assert names and len(set(names)) == len(names)
    collected = {item.originalname for item in request.session.items if item.path == suite}
    if collected and not request.config.getoption("markexpr") and not any("::" in argument for argument in request.config.args):
        assert collected == set(names)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.stem)
def test_a_case_is_small_enough_to_read(suite):
    for function in functions(suite):
        assert function.end_lineno - function.lineno < 45, function.name
