"""The records that a node writes of its jobs, a JSON object a line."""

import json
import os
import time


def now():
    """This moment as records have it, in nanoseconds, so that texts can be compared."""
    nanos = time.time_ns()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(nanos // 10**9)) + f".{nanos % 10**9:09d}"


def started(record):
    """When a job started; a time leaves out zeros at its end."""
    whole, _, fraction = record["started"].rstrip("Z").partition(".")
    return f"{whole}.{fraction:<09}"


class JobLog:
    """The part of a job log that is written from now on."""

    def __init__(self, path, start=None):
        self.path = path
        self.start = start if start is not None else os.path.getsize(path) if os.path.exists(path) else 0

    def read(self):
        """A line that is still being written is left out."""
        if not os.path.exists(self.path):
            return []
        with open(self.path, "rb") as lines:
            lines.seek(self.start)
            return [json.loads(line) for line in lines if line.endswith(b"\n")]


def is_below(directory, parent):
    return f"{directory}/".startswith(f"{parent}/")


def outcome(record):
    """What has become of a job: DECISION; CACHE, and the reason of a local one."""
    reason = f"; {record['reason']}" if record["decision"] == "local" else ""
    return f"{record['decision']}; {record.get('cache')}{reason}"


def most_at_once(records):
    """How many of the local commands there are, and how many of them ran at one time."""
    import datetime

    edges = []
    for record in records:
        run = record["steps"].get("local_run")
        if run is not None:
            end = datetime.datetime.fromisoformat(record["started"].replace("Z", "+00:00")).timestamp() * 1000 + record["totalMillis"]
            edges += [(end - float(run) + 2, 1), (end - 2, -1)]
    now = most = 0
    for _, step in sorted(edges):
        now += step
        most = max(most, now)
    return len(edges) // 2, most
