"""The line that build-projects prints for a project, from the records of its jobs and the figures that were taken."""

import collections
import json
import pathlib
import re
from collections.abc import Sequence

import records

FORMAT = "{:<18} {:>8} {:>7} {:>7} {:>9} {:>6} {:>9} {:>7} {:>7} {:>8} {:>8} {:>10} {:>8} {:>10} {:>9}  {}"
HEAD = ("project", "compiles", "remote", "proven", "repaired", "local", "compared", "differ", "excused", "plain s", "wall s", "submit. s", "ms/file", "execut. s", "plain cpu", "local because")


def short(reasons):
    """Counts by reason, the commonest first; which node or file it was does not count."""
    counts = collections.Counter()
    for reason, count in reasons:
        counts[re.sub(r": /.*", "", re.sub(r"^node\d+ says", "an executor says", reason))] += count
    return counts.most_common()


def show_head() -> None:
    print(FORMAT.format(*HEAD), flush=True)


def show(jobs: Sequence[dict], name: str, target: pathlib.Path | None, **figures: int) -> None:
    """Prints the line, and adds it to the target as JSON."""
    compiles = [record for record in jobs if records.is_compile(record)]
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
        add(target, {"name": name, "compiles": len(compiles), "remote": len(away), "proofs": proofs, "localReasons": dict(reasons), **figures})


def add(target: pathlib.Path, row: dict) -> None:
    with open(target, "a", encoding="utf-8") as out:
        out.write(json.dumps(row) + "\n")
