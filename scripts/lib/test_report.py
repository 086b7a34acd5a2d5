"""What a run of all tests has come to, from the reports that surefire and pytest have written.

  test_report.py [--without-modules] [--failed PART]... REPOSITORY PYTEST-REPORT...

Prints each failure, the reasons of skips, the figures that cases have measured, the time of each module and suite, and the twenty slowest tests. The last line is
`N passed, N failed, N skipped`. Exit code 1 if a test failed or none passed.
"""

import argparse
import collections
import dataclasses
import glob
import os
import sys
import xml.etree.ElementTree

SLOWEST = 20


@dataclasses.dataclass(frozen=True)
class Test:
    """A test, or a case of a suite."""

    suite: str
    name: str
    seconds: float
    state: str
    why: str
    figures: tuple[str, ...] = ()


def read(path, suite_of):
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        state, why = "passed", ""
        for kind, meaning in (("failure", "failed"), ("error", "failed"), ("skipped", "skipped")):
            found = case.find(kind)
            if found is not None:
                state, why = meaning, " ".join((found.get("message") or found.text or "no reason given").split())
                break
        figures = tuple(shown(each.get("name"), each.get("value")) for each in case.iterfind("properties/property"))
        yield Test(suite_of(case), f"{case.get('classname')}.{case.get('name')}", float(case.get("time") or 0), state, why, figures)


def shown(name, value):
    """What a case has measured: `figures` is a text, all others are a number with the name of what it counts."""
    return value if name == "figures" else f"{value} {name}"


def of_modules(repository):
    for path in sorted(glob.glob(os.path.join(glob.escape(repository), "**", "target", "surefire-reports", "TEST-*.xml"), recursive=True)):
        module = os.path.relpath(path.partition("/target/surefire-reports/")[0], repository)
        yield from read(path, lambda case: f"module {module}")


def of_suites(paths):
    for path in paths:
        if os.path.exists(path):
            yield from read(path, lambda case: f"suite {(case.get('classname') or 'none').rpartition('.')[2].removeprefix('test_').replace('_', '-')}")
        else:
            yield Test("suites", os.path.basename(path), 0, "failed", "the cases did not run")


def show(tests):
    for test in tests:
        if test.state == "failed":
            print(f"FAILED   {test.name}: {test.why[:300]}")
    skipped = collections.Counter((test.suite, test.why) for test in tests if test.state == "skipped")
    for (suite, why), count in sorted(skipped.items()):
        print(f"skipped  {suite}, {count}: {why}")
    for test in tests:
        for figure in test.figures:
            print(f"measured {test.name}: {figure}")
    show_times(tests)


def show_times(tests):
    seconds = collections.Counter()
    counts = collections.Counter(test.suite for test in tests)
    for test in tests:
        seconds[test.suite] += test.seconds
    for suite, taken in seconds.most_common():
        print(f"{taken:8.1f} s  {suite}, {counts[suite]} tests")
    print(f"the {SLOWEST} slowest:")
    for test in sorted(tests, key=lambda test: -test.seconds)[:SLOWEST]:
        print(f"{test.seconds:8.1f} s  {test.name}")


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--without-modules", action="store_true")
    parser.add_argument("--failed", action="append", default=[], metavar="PART", help="a part that failed, with or without reports of tests")
    parser.add_argument("repository")
    parser.add_argument("reports", nargs="*", help="without their .xml")
    return parser.parse_args()


def main():
    options = parse()
    tests = [] if options.without_modules else list(of_modules(options.repository))
    parts = options.failed
    if "modules" in parts and any(test.state == "failed" for test in tests):
        parts = [part for part in parts if part != "modules"]
    tests += of_suites(f"{report}.xml" for report in options.reports)
    tests += [Test(part, part, 0, "failed", "see above") for part in parts]
    show(tests)
    states = collections.Counter(test.state for test in tests)
    print(f"{states['passed']} passed, {states['failed']} failed, {states['skipped']} skipped")
    return 1 if states["failed"] or not states["passed"] else 0


if __name__ == "__main__":
    sys.exit(main())
