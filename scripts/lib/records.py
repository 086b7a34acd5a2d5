"""Reads what Floe prints as JSON: the nodes of a mesh, and the records of jobs, one object a line.

  records.py complete NODES EXECUTORS   fails, saying why, unless the listing on stdin has that many nodes and executors
  records.py jobs FILE [FROM_BYTE]      a line for each job: where it ran and how long it took
  records.py summary FILE [FROM_BYTE]   what the mesh did in all
"""

import collections
import json
import sys


# Keys of steps in version 0.1, which stand beside the new ones for one release.
OLD_STEPS = {"discover", "offer", "input", "tree", "remote", "local_slot", "local_run"}


def load(path, start=0):
    """The records in a file from a byte offset on; a line that is still being written is left out."""
    with open(path, "rb") as lines:
        lines.seek(start)
        return [json.loads(line) for line in lines if line.endswith(b"\n")]


def is_compile(record):
    """Whether the command was to make an object or assembler of a source: not a link, a preprocessor run or a question."""
    return "-c" in record["argv"] or "-S" in record["argv"]


def remote(records):
    return [record for record in records if record["decision"] == "remote"]


def proofs(records):
    """How many remote compiles were proven, repaired (and then proven) or not observed."""
    return collections.Counter(record.get("proof") or "without proof" for record in records)


def local_reasons(records):
    """How often each reason kept a compile local, the commonest first."""
    reasons = collections.Counter(r.get("reason") or "no reason given" for r in records if r["decision"] != "remote")
    return reasons.most_common()


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0


def complete(nodes, executors):
    text = sys.stdin.read()
    try:
        listing = json.loads(text)
    except ValueError:
        sys.exit(text.strip() or "no answer")
    seen = listing["nodes"]
    if len(seen) < nodes:
        isolated = ", and the node is isolated" if listing.get("isolated") else ""
        sys.exit(f"{len(seen)} of {nodes} nodes are seen{isolated}")
    if sum(1 for node in seen if node.get("executes")) < executors:
        sys.exit("; ".join(f"{n['name']} does not execute: {n.get('notExecutingReason') or 'no reason given'}" for n in seen if not n.get("executes")))


def show_jobs(records):
    print(f"{'job':>12}  {'where':<10} {'total ms':>8} {'compiler':>8}  source")
    for record in records:
        where = record.get("node") if record["decision"] == "remote" else "here"
        reason = "" if record["decision"] == "remote" else f"   ({record.get('reason')})"
        failed = f"   exit {record['exit']}" if (record.get("exit") or 0) > 0 else ""
        compiler = record.get("compilerMillis")
        print(
            f"{str(record.get('id'))[-12:]:>12}  {where or '?':<10} {round(record.get('totalMillis') or 0):>8} "
            f"{'' if compiler is None else round(compiler):>8}  {record.get('source') or record.get('output') or '-'}{reason}{failed}"
        )


def show_summary(records):
    compiles = [record for record in records if is_compile(record)]
    away = remote(compiles)
    print(f"compiles           {len(compiles)}")
    print(f"  remote           {len(away)}" + (f"  ({100 * len(away) / len(compiles):.1f} %)" if compiles else ""))
    for node, count in sorted(collections.Counter(record.get("node") for record in away).items(), key=str):
        seconds = sum(r.get("compilerMillis") or 0 for r in away if r.get("node") == node) / 1000
        print(f"    {node or '?':<15}{count:>4} jobs, {seconds:.1f} s in the compiler")
    for proof, count in proofs(away).most_common():
        print(f"    {proof:<15}{count:>4}")
    for reason, count in local_reasons(compiles):
        print(f"  local            {count}  ({reason})")
    if len(records) > len(compiles):
        print(f"other commands     {len(records) - len(compiles)}  (links and the like, always local)")
    if away:
        extra = [(r.get("totalMillis") or 0) - (r.get("compilerMillis") or 0) for r in away]
        print(f"beside compiling   {percentile(extra, 0.5):.0f} ms a job in the middle, {percentile(extra, 0.95):.0f} ms at the 95th of 100")
        steps = collections.defaultdict(list)
        for record in away:
            for step, millis in (record.get("steps") or {}).items():
                if step not in OLD_STEPS:
                    steps[step].append(millis)
        for step, millis in steps.items():
            print(f"  {step:<17}{percentile(millis, 0.5):>6.1f} ms in the middle")


def main(arguments):
    if not arguments or arguments[0] in ("-h", "--help"):
        print(__doc__.strip())
        return
    command, rest = arguments[0], arguments[1:]
    if command == "complete":
        complete(int(rest[0]), int(rest[1]))
    elif command in ("jobs", "summary"):
        records = load(rest[0], int(rest[1]) if len(rest) > 1 else 0)
        show_jobs(records) if command == "jobs" else show_summary(records)
    else:
        sys.exit(f"records.py: no such command: {command}")


if __name__ == "__main__":
    main(sys.argv[1:])
