"""Commands, their results, and the record of them by which a case is repeated by hand."""

import contextlib
import dataclasses
import json
import os
import re
import shlex
import signal
import subprocess

from harness import processes

# After this a command hangs, and the case fails.
HANGING_SECONDS = 900
# Files that are longer are not printed when a case has failed.
SHOWN_BYTES = 2_000
TEMPORARY_NAME = re.compile(rb"/cc[A-Za-z0-9]{6}\.")
KEPT_OF_THE_CALLER = ("PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "JAVA_HOME", "JAVA25_HOME", "FLOE_JAVA", "FLOE_JAVA_OPTS", "XDG_CACHE_HOME")


def base_environment():
    """The same for each caller, whatever shell, locale and settings they have."""
    kept = {name: os.environ[name] for name in KEPT_OF_THE_CALLER if name in os.environ}
    # Directories that this user may not read are of no use, and error messages differ by them.
    kept["PATH"] = ":".join(directory for directory in kept["PATH"].split(":") if os.access(directory, os.X_OK))
    return {**kept, "LC_ALL": "C.UTF-8", "SHELL": "/bin/sh"}


@dataclasses.dataclass(frozen=True)
class Result:
    """What has come of a command."""

    argv: tuple
    code: int
    out: bytes
    err: bytes

    @property
    def text(self):
        return self.out.decode(errors="surrogateescape")

    @property
    def error_text(self):
        return self.err.decode(errors="surrogateescape")

    @property
    def lines(self):
        return self.text.splitlines()

    def json(self):
        return json.loads(self.out)

    def json_lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def check(self):
        """This result, if the command succeeded."""
        assert self.code == 0, f"exit code {self.code} of {shown(self.argv)}: {self.error_text or self.text}"
        return self


def shown(argv):
    return shlex.join(os.fsdecode(word) for word in argv)


def split(command):
    """A command is a list of words, or one text without anything that only a shell knows."""
    return shlex.split(command) if isinstance(command, str) else [str(word) if isinstance(word, os.PathLike) else word for word in command]


class Record:
    """The commands of a case, so that they can be repeated."""

    def __init__(self, environment):
        self.environment = dict(environment)
        self.lines = []

    def note(self, text):
        self.lines.append(text)

    def add_file(self, path, content):
        """That a file was written; of a long one only that."""
        place = shlex.quote(str(path))
        if isinstance(content, str) and len(content) < SHOWN_BYTES:
            self.note(f"mkdir -p {shlex.quote(str(path.parent))} && printf %s {shlex.quote(content)} >{place}")
        else:
            self.note(f"# {len(content)} bytes were written to {place}")

    def add(self, argv, directory, environment, background=False, umask=-1):
        changed = [f"{name}={shlex.quote(os.fsdecode(value))}" for name, value in environment.items()
                   if self.environment.get(name) != value and (name, value) != ("PWD", str(directory))]
        gone = [f"-u {name}" for name in self.environment if name not in environment]
        words = ["env", *gone, *changed] if gone or changed else []
        mask = f"umask {umask:03o} && " if umask >= 0 else ""
        self.note(f"(cd {shlex.quote(str(directory))} && {mask}{' '.join([*words, shown(argv)])}){' &' if background else ''}")

    def __str__(self):
        exports = [f"export {name}={shlex.quote(value)}" for name, value in sorted(self.environment.items())]
        return "\n".join([*exports, *self.lines]).encode(errors="backslashreplace").decode()


class Running:
    """A command in the background; its outputs go to files."""

    def __init__(self, argv, directory, environment, files):
        self.argv, self.files = tuple(argv), files
        with open(files.with_suffix(".out"), "wb") as out, open(files.with_suffix(".err"), "wb") as err:
            self.process = subprocess.Popen(argv, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err)

    @property
    def pid(self):
        return self.process.pid

    @property
    def out(self):
        return self.files.with_suffix(".out").read_bytes()

    @property
    def err(self):
        return self.files.with_suffix(".err").read_bytes()

    @property
    def text(self):
        return self.out.decode(errors="surrogateescape")

    @property
    def error_text(self):
        return self.err.decode(errors="surrogateescape")

    def runs(self):
        return self.process.poll() is None

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        """The result; a shell's exit code for a command that a signal has ended."""
        code = self.process.wait(HANGING_SECONDS)
        return Result(self.argv, 128 - code if code < 0 else code, TEMPORARY_NAME.sub(b"/ccXXXXXX.", self.out),
                      TEMPORARY_NAME.sub(b"/ccXXXXXX.", self.err))

    def end(self):
        """Ends it hard, if it still runs."""
        if self.runs():
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
        self.process.wait()

    def end_all(self):
        """Ends it and all processes below it."""
        for pid in [*processes.below(self.pid), self.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        self.process.wait()


def run(argv, directory, environment, umask=-1, stdin=None, **options):
    """Runs a command to its end; `stdin` is bytes."""
    if stdin is None:
        options["stdin"] = subprocess.DEVNULL
    else:
        options["input"] = stdin
    done = subprocess.run(argv, cwd=directory, env=environment, umask=umask, capture_output=True,
                          check=False, timeout=HANGING_SECONDS, **options)
    code = 128 - done.returncode if done.returncode < 0 else done.returncode
    return Result(tuple(argv), code, TEMPORARY_NAME.sub(b"/ccXXXXXX.", done.stdout), TEMPORARY_NAME.sub(b"/ccXXXXXX.", done.stderr))
