"""Writes docs/compatibility.md from the table of cases, so that the page says what the suite checks and nothing else."""

HEAD = """# Compatibility

Which compiler commands run on a peer, which stay local, and why. `scripts/conformance --compatibility docs/compatibility.md`
writes this page from the cases of `scripts/conformance`, and `scripts/test` fails if the two differ. Each case runs three
times in fresh copies of one directory: with the plain compiler, with `FLOE_MODE=local`, and with `FLOE_MODE=remote` over a
mesh. Exit code, stdout, stderr and the whole directory afterwards (names, bytes, modes, hard links) must be the same. Each
command must run where this page says.

To add a case, add a line to a file in `scripts/cases`; `scripts/lib/conformance/cases.py` describes the format.
`scripts/conformance NAME` runs it, and `scripts/conformance --random 1000` generates others. For a command of your own,
`floe explain -- COMMAND` says where it would run, and names the option that keeps it local.

In the commands `$CC` and `$CXX` are gcc and g++ or clang and clang++, behind the wrapper; `$F` is the wrapper alone.
"""

FAILING = "exited-with"
NOT_LISTED = "could-not-list"
EXPLAINED = {
    FAILING: "fails on the peer; it is repeated locally to confirm, so that its messages are the local compiler's",
    NOT_LISTED: "the compiler could not list the inputs: the command is wrong, and the local compiler says so",
    "exit-": "fails",
}


def reason(place):
    """A reason of the table in words."""
    words = place.removeprefix("local:")
    return EXPLAINED.get(words, words.replace("-", " ").strip()) or "fails before it is sent"


def compilers(lines):
    """With which compilers a line of the table is run."""
    named = [case.compiler for case in lines if case.compiler]
    return "" if len(named) != 1 else f"   # {named[0]}"


def of_topic(cases):
    """The lines of one topic: each name once for each place that it has."""
    lines = {}
    for case in cases:
        lines.setdefault((case.line_name, case.places, case.command), []).append(case)
    return lines


def block(commands):
    return ["", "```sh", *commands, "```", ""]


def section(topic, cases):
    lines = of_topic(cases)
    text = [f"## {topic}", ""]
    remote = [command + compilers(same) for (_, places, command), same in lines.items() if "remote" in places]
    if remote:
        text += ["On a peer:", *block(remote)]
    local = {}
    for (_, places, command), same in lines.items():
        if "remote" not in places:
            why = "the node is not asked" if not places else reason(places[-1])
            local.setdefault(why, []).append(command + compilers(same))
    for why, commands in local.items():
        text += [f"Local: *{why}*", *block(commands)]
    return text


def overview(topics):
    text = ["| topic | cases | with a command on a peer | local |", "| --- | --- | --- | --- |"]
    for topic, cases in topics.items():
        remote = sum(case.runs_remotely() for case in cases)
        text.append(f"| {topic} | {len(cases)} | {remote} | {len(cases) - remote} |")
    total = [case for cases in topics.values() for case in cases]
    remote = sum(case.runs_remotely() for case in total)
    return text + [f"| all | {len(total)} | {remote} | {len(total) - remote} |", ""]


def varying(variations):
    text = ["## Outputs that differ between two runs of one compiler", "",
            "In these cases two runs of the plain compiler write different files. The comparison leaves out the bytes in which several plain runs differ.", "",
            "| case | file | why |", "| --- | --- | --- |"]
    return text + [f"| {known.cases} | {known.files} | {known.why} |".replace("*", "\\*") for known in variations]


def write(path, cases, variations):
    """Writes the page to the path."""
    topics = {}
    for case in cases:
        topics.setdefault(case.topic, []).append(case)
    text = HEAD.splitlines() + [""] + overview(topics)
    for topic, members in topics.items():
        text += section(topic, members)
    text += varying(variations)
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(text) + "\n")
