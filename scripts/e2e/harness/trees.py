"""Directories: copies of them, and what two of them differ in."""

import os
import shutil
import stat
import subprocess


def copy(source, target):
    """A copy with times, modes, links and hard links."""
    subprocess.run(["cp", "-a", source, target], check=True)


def remove(directory):
    """Removes a directory, also where modes are in the way."""
    if os.path.isdir(directory):
        open_up(directory)
        shutil.rmtree(directory)


def empty(directory):
    """Removes what is in it and leaves the directory itself."""
    open_up(directory)
    for entry in os.scandir(directory):
        if entry.is_dir(follow_symlinks=False):
            shutil.rmtree(entry)
        else:
            os.unlink(entry)


def open_up(directory):
    """Lets its owner remove what is in it."""
    for parent, names, _ in os.walk(directory):
        for name in names:
            path = os.path.join(parent, name)
            if not os.path.islink(path):
                os.chmod(path, 0o700)


def listing(directory):
    """For each path in it: kind, mode, where it leads if it is a link."""
    found = {}
    for parent, directories, names in os.walk(os.fsencode(directory)):
        for name in [*directories, *names]:
            path = os.path.join(parent, name)
            state = os.lstat(path)
            link = os.readlink(path) if stat.S_ISLNK(state.st_mode) else b""
            found[os.path.relpath(path, os.fsencode(directory))] = (stat.filemode(state.st_mode), link)
    return found


def difference(plain, other):
    """The first thing in which two directories differ, in words, or nothing."""
    before, after = listing(plain), listing(other)
    for path in sorted({*before, *after}):
        if before.get(path) != after.get(path):
            return f"other files: {os.fsdecode(path)} is {after.get(path, 'missing')}, plainly {before.get(path, 'missing')}"
    for path, (mode, _) in sorted(before.items()):
        if mode.startswith("-") and content(plain, path) != content(other, path):
            return f"differs: {os.fsdecode(path)}"
    return None


def content(directory, path):
    path = os.path.join(os.fsencode(directory), path)
    mode = stat.S_IMODE(os.lstat(path).st_mode)
    readable = mode & 0o400 or os.geteuid() == 0
    if not readable:
        os.chmod(path, mode | 0o400)
    try:
        with open(path, "rb") as file:
            return file.read()
    finally:
        if not readable:
            os.chmod(path, mode)
