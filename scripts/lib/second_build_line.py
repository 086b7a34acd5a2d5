"""The line that build-projects --second-build prints for a build, from the records of its jobs.

  second_build_line.py --head
  second_build_line.py JOB-LOG FROM-BYTE KEY=VALUE...
"""

import collections
import json
import re
import sys

import records

FORMAT = "{:<18} {:<16} {:>8} {:>6} {:>6} {:>9} {:>7} {:>7} {:>8} {:>8}  {}"
HEAD = ("project", "build", "compiles", "hits", "rate", "compared", "differ", "excused", "plain s", "wall s", "no hits because")


def why(record):
    """Why a compile was no hit; which file or node it was does not count."""
    text = record.get("cache") or ("local: " + (record.get("reason") or "no reason given"))
    if text.endswith(" changed"):
        return "miss: names in a directory changed" if "the names in" in text else "miss: a file changed"
    return re.sub(r"node\d+", "a node", re.sub(r": /.*", "", text))


def main(arguments):
    if arguments == ["--head"]:
        print(FORMAT.format(*HEAD), flush=True)
        return
    figures = dict(argument.split("=", 1) for argument in arguments[2:])
    name, what, target = (figures.pop(key) for key in ("name", "what", "json"))
    figures = {key: int(value) for key, value in figures.items()}
    compiles = [record for record in records.load(arguments[0], int(arguments[1])) if records.is_compile(record)]
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
        with open(target, "a", encoding="utf-8") as out:
            out.write(json.dumps({"name": name, "build": what, "compiles": len(compiles), "hits": len(hits), "misses": dict(misses), **figures}) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
