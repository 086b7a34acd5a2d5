"""Checks what nodes have written, their records of jobs and the results that they hold, against what builds asked for."""

import collections
import hashlib
import re
import struct

# What an executor has accepted and stored is announced, and copied, within this many seconds.
ANNOUNCING_SECONDS = 3
EXECUTED = "done"
# The name of the one file of an entry that is no result of a command; nodes replace such entries.
ADVISORY = b"/note"
SHA_BYTES = 32
RESULT = re.compile(r"[0-9a-f]{64}")


def by_job(records):
    """The records of each job, by its number: each job is a build of its own."""
    found = collections.defaultdict(list)
    for record in records:
        match = re.fullmatch(r"j(\d+)", record.get("build") or "")
        if match:
            found[int(match[1])].append(record)
    return found


def not_compared(jobs):
    """Jobs that ended without a problem although nobody has compared their objects."""
    return [f"job {job.number}: its object was not compared" for job in jobs if job.ended and not job.problem and not job.compared]


class Encoded:
    """A result as a node keeps it: a checksum, the version, output, errors and files; behind them what another maker may have made otherwise."""

    def __init__(self, contents):
        self.contents, self.at = contents, SHA_BYTES + 1
        self.is_whole = hashlib.sha256(contents[SHA_BYTES:]).digest() == contents[:SHA_BYTES]

    def number(self):
        self.at += 4
        return struct.unpack_from(">I", self.contents, self.at - 4)[0]

    def array(self):
        length = self.number()
        self.at += length
        return self.contents[self.at - length:self.at]

    def skip_content(self):
        self.at += 1
        if self.contents[self.at - 1] == 0:
            self.array()
        else:
            self.at += SHA_BYTES + 8

    def outputs(self):
        """The bytes that all makers must have made alike; nothing for an advisory."""
        self.skip_content()
        self.skip_content()
        names = []
        for _ in range(self.number()):
            names.append(self.array())
            self.number()
            self.skip_content()
            self.array()
        return b"" if names == [ADVISORY] else self.contents[SHA_BYTES + 1:self.at]


def under_wrong_keys(results):
    """Keys under which nodes hold different outputs; `results` are triples of the node, the key and the file's contents."""
    held = collections.defaultdict(dict)
    for node, key, contents in results:
        encoded = Encoded(contents)
        outputs = encoded.outputs() if encoded.is_whole else b""  # a damaged file is dropped by its node
        if outputs:
            held[key].setdefault(outputs, node)
    return [f"key {key[:12]}: {' and '.join(nodes.values())} hold different results" for key, nodes in held.items() if len(nodes) > 1]


def without_record(jobs, records, excused):
    """Jobs of which no record exists. `excused` says whether the job's own node or wrapper was hit meanwhile."""
    return [f"job {job.number}: no record" for job in jobs if not records[job.number] and not excused(job)]


def repeated(jobs, records):
    """Jobs that ran more than once and whose record does not say why."""
    problems = []
    for job in jobs:
        of_job = records[job.number]
        if len(of_job) > 1 + job.kills:
            problems.append(f"job {job.number}: {len(of_job)} records, although its wrapper was started {1 + job.kills} times")
        for record in of_job:
            attempts = record.get("attempts") or []
            silent = [attempt for attempt in attempts[:-1] if not attempt.get("result")]
            executed = [attempt for attempt in attempts if attempt.get("result") == EXECUTED]
            if silent or len(executed) > 1 or (executed and record["decision"] == "local" and not record.get("reason")):
                problems.append(f"job {job.number}: ran more than once, without a reason: {attempts}")
    return problems


def compiled_again(jobs, records):
    """Units that a submitter had compiled on the mesh and compiled again, without a word in the record on why the cache did not have them."""
    problems, known = [], set()
    for job in jobs:
        for record in records[job.number]:
            unit = (job.submitter, job.unit)
            if record["decision"] != "cached" and unit in known and not record.get("cache") and not record.get("reason"):
                problems.append(f"job {job.number}: unit {job.unit} is compiled again, and the record has no reason")
            if record["decision"] == "remote":
                known.add(unit)
    return problems


def announced(jobs, records, disturbed):
    """Units whose results the mesh must still have: compiled remotely, with no fault until they were announced."""
    return sorted({job.unit for job in jobs if job.unit % 2 == 0 and not disturbed(job.started, job.ended + ANNOUNCING_SECONDS)
                   and any(record["decision"] == "remote" for record in records[job.number])})
