"""The line that build-projects --second-build prints for a build, from the records of its jobs."""

import collections
import pathlib
import re
from collections.abc import Sequence

import records

from project_builds import report

FORMAT = "{:<18} {:<16} {:>8} {:>6} {:>6} {:>9} {:>7} {:>7} {:>8} {:>8}  {}"
HEAD = ("project", "build", "compiles", "hits", "rate", "compared", "differ", "excused", "plain s", "wall s", "no hits because")


def why(record):
    """Why a compile was no hit; which file or node it was does not count."""
    text = record.get("cache") or ("local: " + (record.get("reason") or "no reason given"))
    if text.endswith(" changed"):
        return "miss: names in a directory changed" if "the names in" in text else "miss: a file changed"
    return re.sub(r"node\d+", "a node", re.sub(r": /.*", "", text))


def show_head() -> None:
    print(FORMAT.format(*HEAD), flush=True)


def show(jobs: Sequence[dict], name: str, what: str, target: pathlib.Path | None, **figures: int) -> None:
    """Prints the line, and adds it to the target as JSON."""
    compiles = [record for record in jobs if records.is_compile(record)]
    hits = [record for record in compiles if record["decision"] == "cached"]
    misses = collections.Counter(why(record) for record in compiles if record["decision"] != "cached")
    rate = f"{100 * len(hits) / len(compiles):.0f} %" if compiles else "-"
    reasons = "; ".join(f"{count} {reason}" for reason, count in misses.most_common()) or "-"
    print(
        FORMAT.format(name, what, len(compiles), len(hits), rate, figures["compared"], figures["differing"], figures["excused"],
                      f"{figures['plainWallMillis'] / 1000:.1f}", f"{figures['wallMillis'] / 1000:.1f}", reasons),
        flush=True,
    )
    if target:
        report.add(target, {"name": name, "build": what, "compiles": len(compiles), "hits": len(hits), "misses": dict(misses), **figures})
