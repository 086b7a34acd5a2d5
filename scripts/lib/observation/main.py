"""Compares what the observer has seen of commands with what strace has; scripts/observe-compare has its options."""

import argparse
import os
import re
import shutil
import sys
from collections import Counter

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "conformance")]

import trace as strace  # noqa: E402  pylint: disable=wrong-import-position
from cases import Case, Variation, load, load_variations  # noqa: E402  pylint: disable=wrong-import-position
from record import copy_record, records  # noqa: E402  pylint: disable=wrong-import-position
from runner import Runner, make_writable  # noqa: E402  pylint: disable=wrong-import-position
from snapshot import differences  # noqa: E402  pylint: disable=wrong-import-position
from workers import run_all  # noqa: E402  pylint: disable=wrong-import-position

CASES = os.path.join(HERE, "..", "..", "cases")

# What libc and dlopen open by themselves; it belongs to the toolchain.
BY_LIBC = re.compile(
    r"^/$|^/etc/(ld\.so\.\w+|localtime|nsswitch\.conf|passwd|group|locale\.alias)$|^/proc/sys/vm/overcommit_memory$"
    r"|/(glibc-hwcaps|tls|x86_64)(/|$)|\.so(\.[0-9.]+)?$|/locale(-langpack)?/|/gconv(/|-modules)|/zoneinfo/|^/proc/self/(exe|fd/\d+)$"
    r"|^/dev/(ptmx|pts/\d+)$|^/proc/\d+/fd/\w+:\[| \(deleted\)/|^/usr/lib/llvm-\d+/bin(/\.\./lib)+$")


class Observing(Runner):
    """A worker that runs cases plainly, observed, and observed below strace."""

    def __init__(self, directory, tree, variations, library, kept):
        super().__init__(directory, tree, None, variations, "", "", False)
        self.library = library
        self.kept = kept  # a directory for the records, or nothing
        self.observed = os.path.join(directory, "observed")
        self.traced = os.path.join(directory, "trace")

    def environment(self, case, mode):
        environment = super().environment(case, "")
        return environment | self.observer() if mode == "observed" else environment

    def observer(self):
        """The variables by which a program is observed."""
        return {"FLOE_OBSERVE": self.observed, "LD_PRELOAD": self.library}

    def words(self, case, mode):
        for path in (self.observed, self.traced):
            shutil.rmtree(path, ignore_errors=True)
            os.mkdir(path)
        words = super().words(case, mode)
        if mode == "traced":
            settings = [word for name, value in self.observer().items() for word in ("-E", f"{name}={value}")]
            return ["strace", "-ff", "-y", "-xx", "-qq", "-s", "8192", "-o", os.path.join(self.traced, "p"),
                    "-e", f"trace={strace.LOOKS}", *settings, *words]
        return words

    def check(self, case):
        """What is wrong with it, and how many paths were missed in it."""
        plain = self.run(case)
        observed = self.run(case, "observed")
        varying, _ = self.varying(case, plain)
        problems = differences(plain, observed, varying)
        self.run(case, "traced")
        record = os.path.join(self.observed, "record")
        try:
            found = records(record)
        except (OSError, ValueError) as problem:
            return case, problems + [str(problem)], 0
        if self.kept:
            copy_record(record, os.path.join(self.kept, case.name.replace("/", "-")))
        looks = strace.looks(os.path.join(self.traced, "p"), self.tree, record)
        unseen = sorted(compare(found, looks, self.observed))
        gaps = Counter(record.detail for record in found if record.kind == "gap")
        return case, problems + unseen + [f"gap {number}" for number in gaps], sum(each.kind == "missed" for each in found)


def compare(found, looks, ours):
    """What strace has and the record lacks."""
    known = {}
    for record in found:
        known.setdefault("missed" if record.kind == "missed" else "there", set()).add(record.text)
    there, missed = known.get("there", set()), known.get("missed", set())
    # realpath reads each part of a path as a link, and goes on where links lead.
    resolved = {form(path) for path in missed for form in (os.path.normpath, os.path.realpath)}
    for look in looks:
        path = look.path
        # The observer itself asks whether a program in PATH is a directory, and realpath whether a part of a path is one.
        if BY_LIBC.search(path) or path.startswith(ours) or (look.call.startswith("faccessat") and path.endswith(("/.", "/"))):
            continue
        if not look.error:
            if path not in there and not look.call.startswith("readlink") and not look.call.startswith("exec"):
                yield f"not seen as there: {look.call} {path} by {look.program}"
        elif look.error in strace.MISSED and path not in missed and path not in there:
            if not (look.call.startswith("readlink") and any(each == path or each.startswith(path + "/") for each in resolved)):
                yield f"not seen as missed: {look.call} {path} {look.error} by {look.program}"


def arguments():
    parser = argparse.ArgumentParser(prog="observe-compare")
    parser.add_argument("filter", nargs="*")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--library", required=True)
    parser.add_argument("--work", required=True)
    parser.add_argument("--records", metavar="DIRECTORY")
    return parser.parse_args()


def further_cases():
    """One command a line, with both compilers."""
    with open(os.path.join(HERE, "further.commands"), encoding="utf-8") as file:
        lines = [line.split(None, 2) for line in file if line.strip() and not line.startswith("#")]
    for name, compilers, command in lines:
        for compiler in {"both": ("gcc", "clang"), "any": ("",)}.get(compilers, (compilers,)):
            yield Case("further", f"further/{name}", compiler, (), command.strip())


def main():
    options = arguments()
    cases = [case for case in [*load(CASES), *further_cases()]
             if not options.filter or any(re.search(each, case.name) for each in options.filter)][:: options.every]
    for case in cases:
        if case.missing():
            print(f"skip {case.name}: there is no {case.missing()} here")
    cases = [case for case in cases if not case.missing()]
    tree = os.path.join(CASES, "tree")
    variations = [*load_variations(CASES), Variation("further/gch/gcc", "*.gch", "holds addresses"),
                  Variation("further/modules-implicit/clang", "cache/*", "holds file times")]
    runners = [Observing(os.path.join(options.work, f"w{number}"), tree, variations, options.library, options.records)
               for number in range(options.jobs)]
    results = []

    def report(result):
        case, problems, _ = result
        results.append(result)
        print(f"not ok {case.name}: {'; '.join(problems)}" if problems else f"ok {case.name}", flush=True)

    run_all(cases, runners, Observing.check, report)
    failed = sum(bool(problems) for _, problems, _ in results)
    print(f"{len(results)} cases, {failed} failed; {sum(missed for _, _, missed in results)} paths were looked for in vain")
    for runner in runners:
        make_writable(runner.directory)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
