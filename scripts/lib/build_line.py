"""The line that build-projects prints for a project, from the records of its jobs and the figures that the script has taken.

  build_line.py --head
  build_line.py JOB-LOG FROM-BYTE KEY=VALUE...
"""

import collections
import json
import re
import sys

import records

FORMAT = "{:<18} {:>8} {:>7} {:>7} {:>9} {:>6} {:>9} {:>7} {:>7} {:>8} {:>8} {:>10} {:>8} {:>10} {:>9}  {}"
HEAD = ("project", "compiles", "remote", "proven", "repaired", "local", "compared", "differ", "excused", "plain s", "wall s", "submit. s", "ms/file", "execut. s", "plain cpu", "local because")


def short(reasons):
    """Counts by reason, the commonest first; which node or file it was does not count."""
    counts = collections.Counter()
    for reason, count in reasons:
        counts[re.sub(r": /.*", "", re.sub(r"^node\d+ says", "an executor says", reason))] += count
    return counts.most_common()


def main(arguments):
    if arguments == ["--head"]:
        print(FORMAT.format(*HEAD), flush=True)
        return
    log, start = arguments[0], int(arguments[1])
    figures = dict(argument.split("=", 1) for argument in arguments[2:])
    name, target = figures.pop("name"), figures.pop("json")
    figures = {key: int(value) for key, value in figures.items()}
    compiles = [record for record in records.load(log, start) if records.is_compile(record)] if log != "/dev/null" else []
    away, reasons = records.remote(compiles), short(records.local_reasons(compiles))
    proofs = records.proofs(away)

    def seconds(key):
        return f"{figures[key] / 1000:.1f}"

    print(
        FORMAT.format(
            name,
            len(compiles),
            len(away),
            proofs["proven"] + proofs["repaired"],
            proofs["repaired"],
            len(compiles) - len(away),
            figures["compared"],
            figures["differing"],
            figures["excused"],
            seconds("plainWallMillis"),
            seconds("wallMillis"),
            seconds("submitterCpuMillis"),
            f"{figures['submitterCpuMillis'] / len(compiles):.0f}" if compiles else "-",
            seconds("executorsCpuMillis"),
            seconds("plainCpuMillis"),
            "; ".join(f"{count} {reason}" for reason, count in reasons) or "-",
        ),
        flush=True,
    )
    if target:
        with open(target, "a", encoding="utf-8") as out:
            line = {"name": name, "compiles": len(compiles), "remote": len(away), "proofs": proofs, "localReasons": dict(reasons), **figures}
            out.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
