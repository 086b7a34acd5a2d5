"""Prints "PASSED FAILED SKIPPED" of the test reports below a repository; failures and the reasons of skips go to the error stream."""

import glob
import os
import sys
import xml.etree.ElementTree


def main(repository):
    passed = failed = skipped = 0
    reports = os.path.join(glob.escape(repository), "**", "target", "surefire-reports", "TEST-*.xml")
    for path in sorted(glob.glob(reports, recursive=True)):
        if "/page-test/" in path:  # scripts/e2e/web counts those
            continue
        for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
            name = f"{case.get('classname')}.{case.get('name')}"
            skip = case.find("skipped")
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
                print(f"FAILED  {name}", file=sys.stderr)
            elif skip is not None:
                skipped += 1
                print(f"skipped {name}: {skip.get('message') or 'no reason given'}", file=sys.stderr)
            else:
                passed += 1
    print(passed, failed, skipped)


if __name__ == "__main__":
    main(sys.argv[1])
