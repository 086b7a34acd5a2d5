"""The page of a node in a real browser (headless Chromium, driven by Selenium), against a mesh of three nodes during a build.

  FLOE_E2E_REACH=1        also fails if a figure is worse than it is to be on a machine that does nothing else
  FLOE_E2E_PICTURES=DIR   also takes the pictures of the documentation

Prints how soon a job is on the page after its end, and how long a frame of the timeline takes. The tests are in mesh-node/page-test, a module of
Maven's profile "browser"; each of its tests is a case here."""

import os
import pathlib
import re
import shutil
import subprocess
import xml.etree.ElementTree

import pytest
from harness.machine import need_root
from harness.mesh import free_ports

pytestmark = [pytest.mark.slow, pytest.mark.builds]

PROJECT = pathlib.Path(__file__).resolve().parents[2]
REPORTS = PROJECT / "mesh-node/page-test/target/surefire-reports"
PICTURES = os.environ.get("FLOE_E2E_PICTURES", "")


@pytest.fixture(scope="module")
def mesh(make_mesh):
    """Three nodes of four slots, of which the first serves a page."""
    mesh = make_mesh("web", 3, slots=4)
    address = f"127.0.0.1:{free_ports(1)}"
    mesh.page = f"http://{address}/"
    mesh[1].options = ["--web", address]
    mesh.start().create_toolchains("gcc")
    yield mesh
    mesh.stop()


MAVEN = """set -eu
. "$LIB/common.sh"
. "$LIB/maven.sh"
maven -P browser -pl :page-test test "$@"
"""


@pytest.fixture(scope="module")
def report(mesh, work):
    """What has become of each test in the browser, by its name: its kind and text if it has not passed."""
    for program in ("chromium", "chromedriver", "mvn"):
        if shutil.which(program) is None:
            pytest.skip(f"there is no {program} here; scripts/setup web installs what is needed")
    for old in REPORTS.glob("TEST-*.xml"):
        old.unlink()
    properties = {"page": mesh.page, "project": work / "page-project", "compiler": f"{mesh.cc} gcc", "victim": mesh[3].pid,
                  "pictures": PICTURES and os.path.abspath(PICTURES),
                  "reach": "true" if os.environ.get("FLOE_E2E_REACH") == "1" else "false", "chromium": shutil.which("chromium"),
                  "chromedriver": shutil.which("chromedriver")}
    environment = {**mesh.environment, "LIB": str(PROJECT / "scripts/lib"), "FLOE_CACHE": "both", "FLOE_MODE": "remote", "FLOE_SOCKET": str(mesh[1].socket)}
    words = ["bash", "-c", MAVEN, "maven", *(f"-Dfloe.{name}={value}" for name, value in properties.items())]
    done = subprocess.run(words, env=environment,
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", check=False)
    found = list(REPORTS.glob("TEST-*.xml"))
    assert found, f"the tests in the browser did not run: {done.stdout[-3000:]}"
    print(*re.findall("^.*(web: [a-z].*?)(?:]]>.*)?$", found[0].read_text(), re.MULTILINE), sep="\n")
    return {case.get("name"): outcome(case) for case in xml.etree.ElementTree.parse(found[0]).getroot().iter("testcase")}


def outcome(case):
    for kind in ("failure", "error", "skipped"):
        found = case.find(kind)
        if found is not None:
            return kind, " ".join((found.get("message") or found.text or "").split())[:2000]
    return None


def test_floe_web_prints_the_address(case):
    assert case.floe("web --print").check().text.strip() == case.mesh.page
    result = case.floe("web", FLOE_SOCKET=case.mesh[2].socket)
    assert result.code != 0, "a node without a page has an address"
    assert "start it with --web" in result.error_text


def status(case, *words):
    return case.run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", *words]).text


@pytest.mark.parametrize("header", ["Host: evil.example", "Origin: http://evil.example", "Sec-Fetch-Site: cross-site"])
def test_other_sites_are_refused(case, header):
    assert status(case, "-H", header, f"{case.mesh.page}api/jobs.json") == "403"


def test_a_form_of_another_site_is_refused(case):
    assert status(case, "-X", "POST", f"{case.mesh.page}api/pause") == "403"


def test_another_user_of_the_machine_is_refused(case):
    need_root()
    as_nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    assert case.run([*as_nobody, "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", case.mesh.page]).text == "403"


@pytest.mark.parametrize("name", [
    "numbersChangeWhileABuildRuns",
    "eachViewIsOpened",
    "aJobIsFoundByItsFileAndExplained",
    "aFileNameIsNoMarkup",
    "aJobIsOnThePageSoonAfterItsEnd",
    "allIsReachedByKeyboard",
    "theTimelineScrollsWithTenThousandJobs",
    "thePageFitsAPhone",
    "aNodeThatIsKilledDisappears",
    "noRequestLeavesTheMachineAndTheConsoleIsQuiet",
    "picturesAreTaken",
])
def test_in_the_browser(report, name):
    if name == "picturesAreTaken" and not PICTURES:
        pytest.skip("no pictures are asked for (FLOE_E2E_PICTURES=DIR)")
    assert name in report, f"it did not run: {sorted(report)}"
    kind, why = report[name] or (None, None)
    if kind == "skipped":
        pytest.skip(why)
    assert kind is None, why


def test_every_test_in_the_browser_is_a_case_here(report):
    cases = next(mark for mark in test_in_the_browser.pytestmark if mark.name == "parametrize").args[1]
    assert set(report) <= set(cases)
