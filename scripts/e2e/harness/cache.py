"""A case of the cache of results. Unlike others it leaves its inputs alone between two compiles, because what is under test is how
changes are noticed: its commands write to `out` in their place only."""

import os
import re
import time

from harness import commands, jobs, machine, trees
from harness.case import Case
from harness.mesh import SETTLING_MILLIS


class CacheCase(Case):
    """`place` is where commands run; the tree, unless a case works elsewhere."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.env["FLOE_CACHE"] = "both"
        self.record = commands.Record(self.env)
        self.place = self.tree
        self.words = "gcc -Iinc {} -c src/user.c -o out/user.o"

    def path(self, name):
        return self.place / os.fsdecode(name)

    def run(self, command, cwd=None, **options):
        return super().run(command, cwd=cwd or self.place, **options)

    def start(self, command, cwd=None, **options):
        return super().start(command, cwd=cwd or self.place, **options)

    def at(self, name):
        """Works from now on in this place below the case's directory."""
        self.place = self.dir / name
        self.place.mkdir(parents=True, exist_ok=True)
        return self.place

    def write_user(self):
        """A source that puts two headers' values into its object; no other case has the same, so its first compile is a miss."""
        self.write("inc/a.h", "#define A 1\n")
        self.write("inc/b.h", "#define B 2\n")
        self.write_source('#include "a.h"\n#include <b.h>\nint values[] = {A, B};\n')

    def write_source(self, text, name="src/user.c"):
        """A source that no other case has."""
        self.write(name, f"/* {self.name} */\n{text}")
        self.path("out").mkdir(exist_ok=True)

    def usual(self, command):
        """The usual compile with further options; a text that names its compiler is a command of its own."""
        if not isinstance(command, str):
            return command
        words = commands.split(command)
        return words if words and not words[0].startswith(("-", "@")) else [*commands.split(self.words.format("")), *words]

    def observe(self, name, command, **options):
        """Runs it with an empty directory `out`; keeps its outputs in a directory of this name."""
        out, kept = self.path("out"), self.dir / f"{name}.files"
        out.mkdir(exist_ok=True)
        trees.empty(out)
        result = self.run(command, **options)
        trees.remove(kept)
        trees.copy(out, kept)
        return result

    def expect_equal(self):
        plain, floe = self.plain, self.floe_result
        assert floe.code == plain.code, f"exit code {floe.code}, plainly {plain.code}: {floe.error_text[:600]}"
        assert floe.err == plain.err, self.outcomes()
        assert floe.out == plain.out, self.outcomes()
        difference = trees.difference(self.dir / "plain.files", self.dir / "floe.files")
        assert difference is None, f"{difference} {self.outcomes()}"

    def right(self, command="", **options):
        """The same comes of it plainly and through Floe."""
        words = self.usual(command)
        self.plain = self.observe("plain", words, **{**options, "FLOE_MODE": "off"})
        self.mark()
        self.floe_result = self.observe("floe", [self.cc, *commands.split(words)], **options)
        self.expect_equal()

    def right_script(self, script, **options):
        """The same for a script of bash, in which $WRAPPER stands before the compiler."""
        self.plain = self.observe("plain", ["bash", "-c", script], **{**options, "WRAPPER": "", "FLOE_MODE": "off"})
        self.mark()
        self.floe_result = self.observe("floe", ["bash", "-c", script], **{**options, "WRAPPER": self.cc})
        self.expect_equal()

    def outcomes(self):
        """What has become of the commands since the mark."""
        return [jobs.outcome(record) for record in self.records()]

    def expect_outcomes(self, pattern, count=1):
        """There are records of so many commands since the mark, and the outcome of each matches from its beginning."""
        self.await_records(count)
        outcomes = self.outcomes()
        assert all(re.match(pattern, outcome) for outcome in outcomes), f"not {pattern}: {outcomes}"

    def hit(self, command="", **options):
        """Right, and the result was known."""
        self.right(command, **options)
        self.expect_outcomes("cached; hit: ")

    def miss(self, command="", **options):
        """Right, compiled, and kept."""
        self.right(command, **options)
        self.expect_outcomes("remote; miss: ")

    def no_hit(self, command="", **options):
        """Right and compiled, wherever and for whatever reason."""
        self.right(command, **options)
        self.expect_outcomes("remote; |local; ")

    def uncached(self, reason, command="", **options):
        """Right, compiled remotely, and not kept, for a reason that begins so."""
        self.right(command, **options)
        self.expect_outcomes(f"remote; not cached: {reason}")

    def settle(self, *names):
        """Waits until nothing about these files is so new that it could change again without being seen."""
        for name in names:
            changed = os.lstat(self.path(name)).st_ctime
            machine.eventually(lambda: time.time() > changed + 2 * SETTLING_MILLIS / 1000, "the clock stands still")
