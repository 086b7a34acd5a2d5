"""What a run of all tests prints at its end: failures, why cases were skipped, times, and one line with the counts."""

import pathlib
import subprocess
import sys

import pytest

REPORT = pathlib.Path(__file__).resolve().parent.parent / "lib/test_report.py"
XML = """<testsuites><testsuite>
<testcase classname="test_local_slots" name="test_pipes" time="1.5"/>
<testcase classname="test_local_slots" name="test_links" time="2"><skipped message="there is no gcc here"/></testcase>
<testcase classname="test_top" name="test_keys" time="9">{}</testcase>
</testsuite></testsuites>"""


@pytest.fixture
def repository(tmp_path):
    """With the report of one module, which has one test that passed."""
    reports = tmp_path / "a/b/target/surefire-reports"
    reports.mkdir(parents=True)
    (reports / "TEST-One.xml").write_text('<testsuite><testcase classname="One" name="works" time="0.5"/></testsuite>')
    return tmp_path


def report(repository, content, *options):
    (repository / "cases.xml").write_text(XML.format(content))
    done = subprocess.run([sys.executable, REPORT, *options, repository, repository / "cases"], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


def test_counts_modules_and_suites(repository):
    code, lines = report(repository, "")
    assert (code, lines[-1]) == (0, "3 passed, 0 failed, 1 skipped")
    assert "skipped  suite local-slots, 1: there is no gcc here" in lines
    assert "     3.5 s  suite local-slots, 2 tests" in lines and "     0.5 s  module a/b, 1 tests" in lines
    assert lines[lines.index("the 20 slowest:") + 1] == "     9.0 s  test_top.test_keys"


@pytest.mark.parametrize("kind", ["failure", "error"])
def test_names_what_has_failed(repository, kind):
    code, lines = report(repository, f'<{kind} message="no  keys"/>')
    assert (code, lines[-1]) == (1, "2 passed, 1 failed, 1 skipped")
    assert "FAILED   test_top.test_keys: no keys" in lines


def test_prints_what_cases_have_measured(repository):
    _, lines = report(repository, '<properties><property name="figures" value="7.5 s, of which 2 s"/><property name="lost jobs" value="0"/></properties>')
    at = lines.index("measured test_top.test_keys: 7.5 s, of which 2 s")
    assert lines[at + 1] == "measured test_top.test_keys: 0 lost jobs"


def test_counts_parts_without_reports(repository):
    assert report(repository, "", "--failed=modules")[1][-1] == "3 passed, 1 failed, 1 skipped"
    (repository / "cases.xml").unlink()
    done = subprocess.run([sys.executable, REPORT, repository, repository / "cases"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, "1 passed, 1 failed, 0 skipped")
