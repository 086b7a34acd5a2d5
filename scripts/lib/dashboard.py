"""Asks a Prometheus every query of a Grafana dashboard.

    dashboard.py DASHBOARD URL        checks them, prints a line for each that is wrong, and how many there are
    dashboard.py --await QUERY URL    ends with 0 if the query has a value other than zero now

Grafana's own variables are replaced by what they are for a short build: all nodes, the step run, the last minutes."""

import json
import math
import sys
import urllib.error
import urllib.parse
import urllib.request

VARIABLES = {"$__rate_interval": "3m", "$__range": "5m", "$node": ".*", "$step": "run"}

# Panels in which a build through the mesh must show, and the part of a query whose value must not be zero then.
MOVED = {
    "Slots and busy": ["sum(floe_slots{"],
    "Nodes of the mesh": ["floe_mesh_nodes"],
    "Executes": ["floe_executes"],
    "Toolchains": ["floe_toolchains{"],
    "Jobs by outcome": ["floe_jobs_total"],
    "Hit rate": ["floe_job_cache_answers_total"],
    "Misses by reason": ["floe_job_cache_answers_total"],
    "Reasons for local compiles": ["floe_local_jobs_total"],
    "Offers to executors": ["floe_job_attempts_total"],
    "Proofs": ["floe_job_proofs_total"],
    "Job times": ["floe_job_seconds_bucket"],
    "Mean time of steps": ["floe_step_seconds_sum"],
    "Step times: $step": ["floe_step_seconds_bucket"],
    "Times of step $step": ["floe_step_seconds_bucket"],
    "CPU time of steps": ["floe_step_cpu_seconds_total"],
    "Bytes of jobs": ["floe_job_sent_bytes_total", "floe_job_received_bytes_total"],
    "CPU saved and given": ["floe_cpu_saved_seconds_total", "floe_cpu_given_seconds_total"],
    "Executed jobs by end": ["floe_executed_jobs_total"],
    "Store": ["floe_store_bytes", "floe_store_max_bytes"],
    "Results and files held": ["floe_cache_results", "floe_store_entries"],
    "Look-ups of results": ["floe_cache_lookups_total"],
    "Memory": ["process_resident_memory_bytes", "jvm_memory_used_bytes"],
    "CPU": ["process_cpu_seconds_total"],
    "Threads and files": ["jvm_threads_current", "process_open_fds"],
    "Uptime": ["process_start_time_seconds"],
    "Versions": ["floe_node_info"],
}

# Queries that show only what is out of the ordinary, and have no series otherwise.
MAY_BE_EMPTY = (" == 1", "unavailable", "_max_bytes{")


def ask(url, query):
    """The series of an instant query."""
    address = url + "/api/v1/query?" + urllib.parse.urlencode({"query": query})
    try:
        with urllib.request.urlopen(address) as reply:
            answer = json.load(reply)
    except urllib.error.HTTPError as error:
        answer = json.load(error)
    if answer["status"] != "success":
        raise ValueError(answer.get("error", answer))
    return answer["data"]["result"]


def has_moved(series):
    values = [float(one["value"][1]) for one in series]
    return any(value != 0 and not math.isnan(value) for value in values)


def check(dashboard, url):
    titles = set()
    wrong = []
    count = 0
    for panel in dashboard["panels"]:
        titles.add(panel["title"])
        for target in panel.get("targets", []):
            query = target["expr"]
            for name, value in VARIABLES.items():
                query = query.replace(name, value)
            count += 1
            try:
                series = ask(url, query)
            except ValueError as error:
                wrong.append(f"{panel['title']}: {query}: {error}")
                continue
            if not series and not any(part in query for part in MAY_BE_EMPTY):
                wrong.append(f"{panel['title']}: {query}: no series")
            elif any(part in query for part in MOVED.get(panel["title"], [])) and not has_moved(series):
                wrong.append(f"{panel['title']}: {query}: the build has not moved it")
    for title in MOVED.keys() - titles:
        wrong.append(f"the dashboard has no panel {title}")
    print("\n".join(wrong) if wrong else f"{count} queries answer")
    return 1 if wrong or count == 0 else 0


def main():
    if sys.argv[1] == "--await":
        return 0 if has_moved(ask(sys.argv[3], sys.argv[2])) else 1
    with open(sys.argv[1], encoding="utf-8") as file:
        return check(json.load(file), sys.argv[2])


if __name__ == "__main__":
    sys.exit(main())
