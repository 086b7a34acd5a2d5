"""Prints the share of statements that ran, of each module and in all, and the classes below 70 %.

  coverage.py REPOSITORY CLASSES.CSV   of JaCoCo's report
"""

import csv
import sys
from collections import defaultdict
from pathlib import Path

BOUND = 70


def module_of_packages(repository):
    modules = {}
    for root in sorted(repository.glob("**/src/main/java")):
        module = str(root.relative_to(repository).parents[2])
        for source in root.rglob("*.java"):
            modules[(str(source.parent.relative_to(root)).replace("/", "."), source.stem)] = module
    return modules


def share(covered, missed):
    return 100 * covered / max(covered + missed, 1)


def main():
    repository, report = Path(sys.argv[1]), sys.argv[2]
    modules = module_of_packages(repository)
    of_module, of_class = defaultdict(lambda: [0, 0]), defaultdict(lambda: [0, 0])
    with open(report, encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            key = (row["PACKAGE"], row["CLASS"].split(".")[0])
            if key not in modules:
                continue  # what an annotation processor has written
            counts = [int(row["INSTRUCTION_COVERED"]), int(row["INSTRUCTION_MISSED"])]
            for total in (of_module[modules[key]], of_class[key], of_module["all"]):
                total[0] += counts[0]
                total[1] += counts[1]
    for (package, name), counts in sorted(of_class.items(), key=lambda each: share(*each[1])):
        if share(*counts) < BOUND:
            print(f"{share(*counts):5.1f} %  {package}.{name}")
    print()
    for module, counts in sorted(of_module.items(), key=lambda each: each[0] == "all"):
        print(f"{share(*counts):5.1f} %  {module}")


main()
