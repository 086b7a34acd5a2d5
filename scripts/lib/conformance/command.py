"""A command of a compiler as a value, in the parts that can be left out one by one."""

import shlex
from dataclasses import dataclass


@dataclass(frozen=True)
class Command:
    """What is called in which directory; groups holds the words that belong together, a tuple each."""

    compiler: str  # gcc or clang
    cxx: bool
    groups: tuple
    environment: tuple = ()  # of (name, value)
    directory: str = ""
    umask: str = ""
    change: tuple = ()  # statements after which it is run once more

    def shell(self):
        """The statements that run it."""
        call = " ".join([f"{name}={quoted(value)}" for name, value in self.environment]
                        + ["$CXX" if self.cxx else "$CC"] + [quoted(word) for group in self.groups for word in group])
        statements = [f"cd {shlex.quote(self.directory)}"] if self.directory else []
        if self.umask:
            statements.append(f"umask {self.umask}")
        return statements + [call] + (list(self.change) + [call] if self.change else [])

    def runs(self):
        return 2 if self.change else 1


def quoted(word):
    """The word as the shell is given it; $PWD in it stands for the working directory."""
    if "$PWD" not in word:
        return shlex.quote(word)
    return '"' + "$PWD".join(part.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`").replace("$", "\\$")
                             for part in word.split("$PWD")) + '"'
