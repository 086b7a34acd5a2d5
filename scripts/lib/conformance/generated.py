"""The random part: commands over small projects, each made of a seed and its number alone, so that any can be had again."""

import collections
import dataclasses
import random
import re

from cases import Case
from commands import Draft
from shrink import Attempt, shrink
from workers import run_all

STEP = 250  # commands between two lines of progress
PATH = re.compile(r"/[^,]*/tree/")  # of the worker, in a reason


@dataclasses.dataclass
class Found:
    """What came of a command: where it ran, and if something differs, the report of that."""

    places: list
    report: str = ""


def draw(seed, number):
    """Project and command of a number."""
    return Draft(random.Random(f"{seed}:{number}")).draw()


def check(runner, tree, seed, number):
    """Runs one, and makes it short if something differs."""
    name = f"random/{seed}:{number}"
    project, command = draw(seed, number)
    attempt = Attempt(runner, name)
    problems = attempt.problems(project, command)
    places = attempt.places
    if not problems:
        return Found(places)
    lines = [f"not ok {name}: {'; '.join(problems)}"]
    project, command = shrink(project, command, attempt, problems)
    short = attempt.problems(project, command)
    lines.append(f"    short: {'; '.join(short or problems)}")
    lines.append(f"    {line(name, project, command, attempt.places)}")
    if not as_line_fails(attempt, tree, project, command):
        lines.append("    (as a line it does not fail: it takes the times of the files, or fails by chance)")
    return Found(places, "\n".join(lines))


def line(name, project, command, places):
    """As the table writes it."""
    wanted = ",".join("remote" if each == "remote" else each.split("--")[0] for each in places) or "none"
    return f"{name.replace(':', '-').replace('/', '-')}  {command.compiler}  {wanted}  {whole(project, command)}"


def whole(project, command):
    """The statements that make the project and run the command."""
    return "; ".join(project.shell() + command.shell())


def as_line_fails(attempt, tree, project, command):
    """Whether the line fails too, in the table's own tree."""
    case = Case("random", attempt.name, command.compiler, (), whole(project, command))
    return bool(attempt.compare(case, command.runs(), tree))


def run(count, seed, runners):
    """Runs so many; a seed with a colon and a number begins with that one. Returns the exit code."""
    seed, _, first = str(seed if seed is not None else random.SystemRandom().randrange(1_000_000)).partition(":")
    numbers = range(int(first or 0), int(first or 0) + count)
    print(f"seed {seed}", flush=True)
    tree = runners[0].source
    done, reasons, differ = [], collections.Counter(), []

    def report(found):
        done.append(found)
        for where in found.places:
            reasons[PATH.sub("", where)] += 1
        if found.report:
            differ.append(found)
            print(found.report, flush=True)
        if len(done) % STEP == 0:
            print(f"{len(done)} of {count}, {len(differ)} differ", flush=True)

    run_all(numbers, runners, lambda runner, number: check(runner, tree, seed, number), report)
    for where, times in reasons.most_common():
        if where != "remote":
            print(f"{times:6}  {where}")
    remote = sum(bool(found.places) and all(where == "remote" for where in found.places) for found in done)
    print(f"{count} commands, {len(differ)} differ, {remote} remote ({100 * remote / max(1, count):.1f} %), seed {seed}")
    return 1 if differ else 0
