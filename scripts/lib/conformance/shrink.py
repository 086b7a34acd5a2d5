"""Makes a failing command and its project short: leaves out what is not needed to fail in the same way."""

import os
import re
import shutil
from dataclasses import replace

from cases import Case
from runner import content, place
from snapshot import Varying, differences

PLAIN_RUNS = (5, 25)  # more of the plain compiler, to learn what of a difference is its own; the second if the first is not enough


class Attempt:
    """Runs variants of one random case on a runner; places is where the last one ran in remote mode."""

    def __init__(self, runner, name):
        self.runner = runner
        self.name = name
        self.places = []

    def problems(self, project, command):
        """What differs, a line each."""
        source = os.path.join(self.runner.directory, "project")
        shutil.rmtree(source, ignore_errors=True)
        os.mkdir(source)
        project.lay_out(source)
        return self.compare(Case("random", self.name, command.compiler, (), "; ".join(command.shell())), command.runs(), source)

    def compare(self, case, runs, source):
        runner = self.runner
        runner.source = source
        plain = runner.run(case)
        outcomes, found, self.places = {}, [], []
        for mode in ("local", "remote"):
            outcomes[mode] = runner.run(case, mode)
            records = runner.records.take(runner.directory, runs)
            self.places = [place(record) for record in records]
            if len(records) != runs:
                found.append(f"{mode}: {len(records)} records of {runs} commands")
            elif mode == "local" and "remote" in self.places:
                found.append("local: runs remotely")
            elif mode == "remote" and plain.code == outcomes[mode].code == 0 and "exited-with" in self.places[-1]:
                found.append(f"remote: {self.places[-1]}, here it succeeds")
        return found + self._differences(case, plain, outcomes)

    def _differences(self, case, plain, outcomes):
        """What differs from all that the plain compiler makes of the case."""
        runs, found = [plain], self._against([plain], outcomes)
        for more in PLAIN_RUNS:
            if found:
                runs += [self.runner.run(case) for _ in range(more)]
                found = self._against(runs, outcomes)
        return found

    def _against(self, runs, outcomes):
        plain, varying, codes = runs[0], self._varying(runs), {run.code for run in runs}
        return [f"{mode}: {each}" for mode, outcome in outcomes.items()
                for each in differences(replace(plain, code=outcome.code if outcome.code in codes else plain.code), outcome, varying)]

    def _varying(self, runs):
        """What several plain runs do not make alike."""
        plain, found = runs[0], {}
        for path in ["stdout", "stderr", *plain.entries]:
            known = Varying([text for text in (content(run, path) for run in runs) if text is not None])
            if known.varies():
                found[path] = known
        return found


def kind(problem):
    """What differs, without the particulars, so that one failure is not taken for another."""
    mode, _, what = problem.partition(": ")
    if what.startswith(("stdout", "stderr", "exit code")):
        return mode, what[:6]
    suffix = re.match(r"(?:.*/)?[^/]*?(\.\w+)? (differs|is )", what)
    return (mode, suffix[1], suffix[2]) if suffix else (mode, what[:12])


def fewest(parts, fails):
    """As few of the parts as still fail: delta debugging by halves of halves."""
    parts, size = list(parts), max(1, len(parts) // 2)
    while parts:
        start, shorter = 0, False
        while start < len(parts):
            rest = parts[:start] + parts[start + size:]
            if fails(rest):
                parts, shorter = rest, True
            else:
                start += size
        if size == 1 and not shorter:
            break
        size = max(1, size // 2)
    return parts


class Shrinker:
    """Project and command at their shortest so far."""

    def __init__(self, project, command, attempt, problems):
        self.project = project
        self.command = command
        self.attempt = attempt
        self.kinds = set(map(kind, problems))

    def take(self, project, command):
        """Whether these fail in the same way; if so they are the shortest so far."""
        if (project, command) == (self.project, self.command):
            return False
        if self.kinds.isdisjoint(map(kind, self.attempt.problems(project, command))):
            return False
        self.project, self.command = project, command
        return True

    def shorten(self):
        """One way through all parts."""
        for fields in ({"change": ()}, {"umask": ""}, {"environment": ()}, {"directory": ""}):
            self.take(self.project, replace(self.command, **fields))
        fewest(self.command.groups, lambda groups: self.take(self.project, replace(self.command, groups=tuple(groups))))
        fewest(self.project.items, lambda items: self.take(replace(self.project, items=tuple(items)), self.command))
        fewest(self.command.environment, lambda pairs: self.take(self.project, replace(self.command, environment=tuple(pairs))))
        for item in self.project.items:
            self._shorten_item(item)
        for index in range(len(self.command.groups)):
            self._shorten_group(index)

    def _shorten_item(self, item):
        current = item

        def becomes(new):
            nonlocal current
            if not self.take(self.project.with_item(current, new), self.command):
                return False
            current = new
            return True

        for fields in ({"text": ""} if item.kind == "file" else {}, {"mode": 0}, {"time": 0}):
            becomes(replace(current, **fields))
        if item.kind == "file" and current.text:
            fewest(current.lines(), lambda lines: becomes(current.with_lines(lines)))

    def _shorten_group(self, index):
        groups = self.command.groups
        if len(groups[index]) > 1:
            fewest(groups[index], lambda words: bool(words) and self.take(
                self.project, replace(self.command, groups=groups[:index] + (tuple(words),) + groups[index + 1:])))


def shrink(project, command, attempt, problems):
    """The shortest project and command that fail as these do."""
    shrinker = Shrinker(project, command, attempt, problems)
    before = None
    while before != (shrinker.project, shrinker.command):
        before = shrinker.project, shrinker.command
        shrinker.shorten()
    return before
