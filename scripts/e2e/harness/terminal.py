"""A terminal of a case's own, which tmux makes."""

import re
import shlex
import subprocess

from harness import commands, processes
from harness.machine import eventually

INSIDE = """stty -g >before
{command} 2>errors
echo $? >code
stty -g >after
echo prompt is back
exec sleep 600
"""


class Terminal:
    """Runs a command; afterwards its exit code is in `code`, and the terminal's settings before and after in `before` and `after`."""

    def __init__(self, case, columns, rows, command, **variables):
        self.dir = case.dir / f"terminal{next(case.numbers)}"
        self.dir.mkdir()
        self.environment = case.environment({"TERM": "tmux-256color", **variables})
        words = ["env", *(f"{name}={value}" for name, value in self.environment.items()), *commands.split(command)]
        (self.dir / "inside").write_text(INSIDE.format(command=shlex.join(words)))
        case.record.note(f"in a terminal of {columns} columns and {rows} rows: {shlex.join(words)}")
        case.cleanup.callback(self.tmux, "kill-server", check=False)
        self.tmux("new-session", "-d", "-x", str(columns), "-y", str(rows), "-c", str(self.dir), f"exec bash '{self.dir}/inside'")

    def tmux(self, *words, check=True):
        """tmux runs its command with $SHELL and needs a locale with UTF-8; neither is the caller's."""
        done = subprocess.run(["tmux", "-S", self.dir / "tmux", "-f", "/dev/null", *words], check=check, capture_output=True, cwd=self.dir,
                              env={**commands.base_environment(), "SHELL": "/bin/sh", "LC_ALL": "C.UTF-8"})
        return done.stdout.decode(errors="replace")

    def keys(self, *names):
        self.tmux("send-keys", *names)

    def resize(self, columns, rows):
        self.tmux("resize-window", "-x", str(columns), "-y", str(rows))

    def screen(self, *options):
        return self.tmux("capture-pane", "-p", *options)

    def shows(self, pattern):
        return re.search(pattern, self.screen(), re.MULTILINE)

    def file(self, name):
        path = self.dir / name
        return path.read_text() if path.exists() else ""

    def expect(self, pattern):
        eventually(lambda: self.shows(pattern), lambda: f"the screen does not show {pattern}: {self.screen()} {self.file('errors')}")

    def expect_gone(self, pattern):
        eventually(lambda: not self.shows(pattern), lambda: f"the screen still shows {pattern}: {self.screen()}")

    def display(self, text):
        return self.tmux("display", "-p", text).strip()

    def pid(self, name):
        """Of the process of this name in the terminal."""
        return next(pid for pid in processes.below(int(self.display("#{pane_pid}"))) if processes.name_of(pid) == name)

    def settings(self):
        with open(self.display("#{pane_tty}"), encoding="ascii") as terminal:
            return subprocess.run(["stty", "-g"], stdin=terminal, check=True, capture_output=True, text=True).stdout

    def expect_end(self, code):
        """The command has ended with this code, and the terminal's settings are those before."""
        eventually(lambda: self.file("after"), lambda: f"it does not end: {self.screen()}")
        assert self.file("code") == f"{code}\n", self.file("errors")
        assert self.file("after") == self.file("before")

    def expect_left(self, code):
        """The screen is the terminal's own again, with its cursor and its settings."""
        self.expect_end(code)
        self.expect("^prompt is back")
        assert not self.shows("q quit"), "the last frame is still there"
        assert self.display("#{alternate_on} #{cursor_flag} #{wrap_flag}") == "0 1 1"
