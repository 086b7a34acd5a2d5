"""Reads what strace -ff -y -xx has written: which paths each process looked at, and how that ended."""

import glob
import os
import re
from dataclasses import dataclass

LOOKS = ("access,chdir,creat,execve,execveat,faccessat,faccessat2,lstat,newfstatat,open,openat,openat2,readlink,readlinkat,stat,"
         "statfs,statx")
CALL = re.compile(r"(\w+)\((.*)\)\s+=\s+(-?\d+|\?)(?:<[^>]*>)?(?:\s+(\w+))?")
DIRECTORY = re.compile(r"^(?:AT_FDCWD|-?\d+)<((?:\\x[0-9a-f]{2})*)>(?:\([^)]*\))?, ")
PATH = re.compile(r'^"((?:\\x[0-9a-f]{2})*)"')
MISSED = {"ENOENT", "ENOTDIR", "EACCES", "ELOOP"}


@dataclass(frozen=True)
class Look:
    call: str
    path: str
    error: str  # empty if it went well
    program: str  # of the process


def text(hexadecimal):
    return bytes.fromhex(hexadecimal.replace("\\x", "")).decode(errors="surrogateescape")


def joined(directory, path):
    return path if path.startswith("/") else f"{directory.rstrip('/')}/{path}"


def looks_of(path, directory, record):
    """Those of one process; the directory is where it starts, unless the first call tells.

    What a program does before the observer opens the record is the loader's.
    """
    with open(path, encoding="ascii", errors="replace") as file:
        lines = file.read().splitlines()
    first = next((found for line in lines for found in [re.search(r"AT_FDCWD<((?:\\x[0-9a-f]{2})*)>", line)] if found), None)
    if first:
        directory = text(first[1])
    program, loading = "", False
    for line in lines:
        call = CALL.match(line)
        if not call:
            continue
        name, arguments, result, error = call.groups()
        where = directory
        base = DIRECTORY.match(arguments)
        if base:
            where = text(base[1])
            if arguments.startswith("AT_FDCWD"):
                directory = where
            arguments = arguments[base.end():]
        asked = PATH.match(arguments)
        if not asked or not asked[1]:
            continue
        whole = joined(where, text(asked[1]))
        failed = error if result.startswith("-") else ""
        if whole == record:
            loading = False
        elif loading:
            continue
        if name.startswith("exec") and not failed:
            program, loading = whole, True
        if name == "chdir" and not failed:
            directory = os.path.normpath(whole)
        yield Look(name, whole, failed, program)


def looks(prefix, directory, record):
    """Of all processes that strace has written to files with this prefix."""
    for path in sorted(glob.glob(glob.escape(prefix) + ".*")):
        yield from looks_of(path, directory, record)
