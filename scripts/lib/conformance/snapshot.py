"""What a command has left behind, and how two of these differ."""

import os
import re
import stat
from dataclasses import dataclass

# The compilers' scratch files have random names, which they sometimes print.
SCRATCH = re.compile(rb"/(cc)[A-Za-z0-9]{6}\b|(/[\w.+-]+)-[0-9a-f]{6}(?=\.\w+)")

ADDRESS = re.compile(rb"0x[0-9a-f]{6,}")
NUMBER = re.compile(rb"\d+")


@dataclass
class Entry:
    """A file, directory or link; links counts the names of a file."""

    kind: str
    mode: int
    links: int
    content: bytes


@dataclass
class Outcome:
    """Exit code, output and the whole directory afterwards."""

    code: int
    out: bytes
    err: bytes
    entries: dict


def entry(path):
    """What stands at the path."""
    status = os.lstat(path)
    mode = stat.S_IMODE(status.st_mode)
    if stat.S_ISLNK(status.st_mode):
        return Entry("link", 0, 1, os.readlink(path).encode())
    if stat.S_ISDIR(status.st_mode):
        return Entry("directory", mode, 1, b"")
    if stat.S_ISREG(status.st_mode):
        try:
            with open(path, "rb") as file:
                return Entry("file", mode, status.st_nlink, file.read())
        except PermissionError:
            os.chmod(path, 0o600)
            with open(path, "rb") as file:
                return Entry("file", mode, status.st_nlink, file.read())
    return Entry("special", mode, 1, b"")


def entries(root):
    """Everything below a directory, by relative path."""
    found = {}

    def look(directory):
        with os.scandir(directory) as listing:
            for item in sorted(listing, key=lambda each: each.name):
                found[os.path.relpath(item.path, root)] = seen = entry(item.path)
                if seen.kind == "directory":
                    if seen.mode & 0o700 != 0o700:
                        os.chmod(item.path, 0o700)
                    look(item.path)

    look(root)
    return found


def tidy(text):
    """Output without the random part of names of scratch files."""
    return SCRATCH.sub(lambda match: b"/" + (match[1] or match[2][1:]) + b"XXXXXX", text)


def first_difference(one, other):
    """The first line in which two texts differ, shortened."""
    ours, theirs = one.split(b"\n"), other.split(b"\n")
    for index in range(max(len(ours), len(theirs))):
        left = ours[index] if index < len(ours) else None
        right = theirs[index] if index < len(theirs) else None
        if left != right:
            shown = ["nothing" if line is None else repr(line[:160].decode(errors="replace")) for line in (left, right)]
            return f"line {index + 1} is {shown[1]} and plainly {shown[0]}"
    return "equal"


def differing_bytes(one, other):
    """The positions at which two files of one size differ."""
    return {index for index in range(len(one)) if one[index] != other[index]}


class Varying:
    """A file that the plain compiler makes again each time: where several of its runs differ, others may too.

    Where they are the same but for addresses or numbers, some digits of which seldom change, others may differ in these too.
    """

    def __init__(self, versions):
        self.versions = versions
        self.sizes = {len(version) for version in versions}
        self.positions = set()
        self.masked = {mask: {mask.sub(b"0", version) for version in versions} for mask in (ADDRESS, NUMBER)}
        if len(self.sizes) == 1:
            for version in versions[1:]:
                self.positions |= differing_bytes(versions[0], version)

    def varies(self):
        return len(self.sizes) > 1 or bool(self.positions)

    def admits(self, content):
        for mask, masked in self.masked.items():
            if len(masked) == 1 and mask.sub(b"0", content) in masked:
                return True
        if len(self.sizes) > 1:
            return bool(content) == bool(self.versions[0])
        return len(content) in self.sizes and differing_bytes(self.versions[0], content) <= self.positions


def differences(plain, other, varying):
    """What of the outcome is not as plainly, a line each; varying maps paths to what is known of them."""
    found = []
    if plain.code != other.code:
        found.append(f"exit code {other.code}, plainly {plain.code}")
    for name, ours, theirs in (("stdout", plain.out, other.out), ("stderr", plain.err, other.err)):
        ours, theirs = tidy(ours), tidy(theirs)
        if ours != theirs and not (name in varying and varying[name].admits(theirs)):
            found.append(f"{name}: {first_difference(ours, theirs)}")
    for path in sorted(plain.entries.keys() | other.entries.keys()):
        ours, theirs = plain.entries.get(path), other.entries.get(path)
        if theirs is None:
            found.append(f"{path} is missing")
        elif ours is None:
            found.append(f"{path} is not made plainly")
        elif (ours.kind, ours.mode, ours.links) != (theirs.kind, theirs.mode, theirs.links):
            found.append(f"{path} is a {theirs.kind} {theirs.mode:o} with {theirs.links} names, plainly a {ours.kind} {ours.mode:o} with {ours.links}")
        elif ours.content != theirs.content and not (path in varying and varying[path].admits(theirs.content)):
            found.append(f"{path} differs ({len(theirs.content)} bytes, plainly {len(ours.content)})")
    return found
