"""The options of a benchmark. The comment at the head of its script is its help."""

import argparse
import os
import pathlib
import re
import sys
from collections.abc import Callable, Collection
from typing import NoReturn

from harness.script import help_text

FAILED, WRONG_USAGE = 1, 2


class Options(argparse.ArgumentParser):
    """Has the options that nearly all benchmarks have; a mistake is one line and exit code 2."""

    def __init__(self, script: str, json: bool = True, keep: bool = True) -> None:
        super().__init__(prog=pathlib.Path(script).name, add_help=False, allow_abbrev=False)
        self.script = script
        if json:
            self.add_argument("--json", type=pathlib.Path)
        if keep:
            self.add_argument("--keep", action="store_true")
        self.add_argument("-h", "--help", action="store_true")

    def error(self, message: str) -> NoReturn:
        self.exit(WRONG_USAGE, f"{self.prog}: {message} (see {self.prog} --help)\n")

    def read(self) -> argparse.Namespace:
        if {"-h", "--help"} & set(sys.argv[1:]):
            print(help_text(self.script))
            sys.exit()
        chosen = self.parse_intermixed_args()
        if getattr(chosen, "keep", False):
            os.environ["FLOE_KEEP"] = "1"
        return chosen


def positive(text: str) -> int:
    """The type of an option that wants a number above 0."""
    return number(text, 1)


def natural(text: str) -> int:
    """The same for a number that may be 0."""
    return number(text, 0)


def number(text: str, least: int) -> int:
    if not text.isdecimal() or int(text) < least:
        raise argparse.ArgumentTypeError(f"it wants a number of at least {least}, not {text}")
    return int(text)


def one_of(kind: str, names: Collection[str]) -> Callable[[str], str]:
    """The type of a word that is one of the names."""

    def read(text: str) -> str:
        if text not in names:
            raise argparse.ArgumentTypeError(f"no such {kind}: {text}; there are {', '.join(names)}")
        return text

    return read


def load(text: str) -> tuple[int, int]:
    """The type of COUNTxMILLIS."""
    found = re.fullmatch(r"([1-9]\d*)x([1-9]\d*)", text)
    if not found:
        raise argparse.ArgumentTypeError("it wants COUNTxMILLIS, such as 640x4000")
    return int(found[1]), int(found[2])


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def fail(text: str) -> NoReturn:
    say(f"{pathlib.Path(sys.argv[0]).name}: {text}")
    sys.exit(FAILED)
