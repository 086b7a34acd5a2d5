"""Checks the records that nodes wrote of their jobs against what builds asked for."""

import collections
import re

# What an executor has accepted and stored is announced, and copied, within this many seconds.
ANNOUNCING_SECONDS = 3
EXECUTED = "done"


def by_job(records):
    """The records of each job, by its number: each job is a build of its own."""
    found = collections.defaultdict(list)
    for record in records:
        match = re.fullmatch(r"j(\d+)", record.get("build") or "")
        if match:
            found[int(match[1])].append(record)
    return found


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
