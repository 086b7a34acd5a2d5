"""Runs the cases on several workers and says what came of them; scripts/conformance has its options."""

import argparse
import json
import os
import re
import sys
from collections import Counter

import compatibility
from cases import BadTable, load, load_variations
from runner import Records, Runner
from workers import run_all

CASES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "cases")


def arguments():
    parser = argparse.ArgumentParser(prog="conformance")
    parser.add_argument("filter", nargs="*")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--cached", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--compatibility", metavar="FILE")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--random", type=int, metavar="N")
    parser.add_argument("--seed", metavar="S[:NUMBER]")
    parser.add_argument("--work")
    parser.add_argument("--job-log")
    parser.add_argument("--wrapper")
    parser.add_argument("--socket")
    return parser.parse_args()


def chosen(cases, filters):
    """The cases whose topic or name matches one of the filters."""
    if not filters:
        return cases
    return [case for case in cases if any(re.search(each, case.name) or re.search(each, case.topic, re.I) for each in filters)]


def make_runners(options, variations):
    """One runner a worker, all on the same job log."""
    records = Records(options.job_log)
    tree = os.path.join(CASES, "tree")
    return [Runner(os.path.join(options.work, f"w{number}"), tree, records, variations, options.wrapper, options.socket,
                   options.cached)
            for number in range(options.jobs)]


def report(verdict):
    if verdict.problems:
        print(f"not ok {verdict.case.name}: {'; '.join(verdict.problems)}", flush=True)
    else:
        print(f"ok {verdict.case.name}", flush=True)


def summary(verdicts):
    """The figures of a run, as a record. A compile that failed on a peer and was confirmed here has run there too."""
    def remote(verdict):
        return any(record["decision"] == "remote" or "repeated locally to confirm" in record["reason"] for record in verdict.records)

    compiles = [verdict for verdict in verdicts if verdict.case.compiles()]
    valid = [verdict for verdict in compiles if verdict.code == 0]
    return {"cases": len(verdicts), "failed": sum(bool(verdict.problems) for verdict in verdicts),
            "compiles": len(compiles), "compilesRemote": sum(map(remote, compiles)),
            "validCompiles": len(valid), "validCompilesRemote": sum(map(remote, valid))}


def share(figures, what):
    count, remote = figures[what], figures[what + "Remote"]
    return f"{remote} of {count} ({100 * remote / max(1, count):.1f} %)"


def report_hits(verdicts):
    """How many of the commands that ran on a peer were then found in the cache, and why the others were not."""
    remote = [verdict for verdict in verdicts if any(record["decision"] == "remote" for record in verdict.records)]
    missed = Counter(record["cache"] for verdict in remote for record in verdict.cached if record["decision"] != "cached")
    hits = sum(any(record["decision"] == "cached" for record in verdict.cached) for verdict in remote)
    print(f"{hits} of {len(remote)} cases that ran on a peer were hits then")
    for why, count in missed.most_common(20):
        print(f"{count:6}  {why}")


def main():
    options = arguments()
    try:
        cases, variations = chosen(load(CASES), options.filter)[:: options.every], load_variations(CASES)
    except BadTable as problem:
        sys.exit(f"conformance: {problem}")
    if options.list:
        for case in cases:
            print(f"{case.name}\t{','.join(case.places) or 'none'}\t{case.command}")
        return 0
    if options.compatibility:
        compatibility.write(options.compatibility, load(CASES), variations)
        return 0
    runners = make_runners(options, variations)
    if options.random is not None:
        import generated
        return generated.run(options.random, options.seed, runners)
    if not cases:
        sys.exit(f"conformance: no case matches {' '.join(options.filter)}")
    for case in cases:
        if case.missing():
            print(f"skip {case.name}: there is no {case.missing()} here")
    cases = [case for case in cases if not case.missing()]
    verdicts = []
    run_all(cases, runners, Runner.check, lambda verdict: (verdicts.append(verdict), report(verdict)))
    figures = summary(verdicts)
    print(f"{figures['cases']} cases, {figures['failed']} failed; "
          f"with -c or -S {share(figures, 'compiles')} run on a peer; of those that compile {share(figures, 'validCompiles')}")
    if options.cached:
        report_hits(verdicts)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(figures, file)
            file.write("\n")
    return 1 if figures["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
