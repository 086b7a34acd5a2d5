"""Processes of jobs, found by the unique name of their source and by the sandbox in which they are."""

import collections
import os
import signal


def processes():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def read(pid, name):
    try:
        with open(f"/proc/{pid}/{name}", "rb") as file:
            return file.read()
    except OSError:
        return b""


def namespace(pid):
    try:
        return os.readlink(f"/proc/{pid}/ns/pid")
    except OSError:
        return None


def command_line(pid):
    return read(pid, "cmdline").rstrip(b"\0").split(b"\0")


def name_of(pid):
    return read(pid, "comm").strip().decode(errors="replace")


def status_words(pid):
    """What /proc/PID/stat has behind the name: the state, the parent, and so on; empty if the process has ended."""
    return read(pid, "stat").rpartition(b")")[2].split()


def parent_of(pid):
    words = status_words(pid)
    return int(words[1]) if len(words) > 1 else 0


def is_stopped(pid):
    return status_words(pid)[:1] == [b"T"]


def with_word(text):
    """Those that have a text in their command line, this one and its ancestors left out."""
    return [pid for pid in processes() if pid != os.getpid() and any(text.encode() in word for word in command_line(pid))]


def sandboxed(text):
    """Those of them that are in a sandbox."""
    own = namespace("self")
    return [pid for pid in with_word(text) if (namespace(pid) or own) != own]


def is_below(pid, ancestor):
    while pid > 1:
        if pid == ancestor:
            return True
        pid = parent_of(pid)
    return False


def below(ancestor):
    """The ids of all processes below one."""
    children = collections.defaultdict(list)
    for pid in processes():
        children[parent_of(pid)].append(pid)
    found = list(children[ancestor])
    for pid in found:
        found += children[pid]
    return found


def stop_compiler(text):
    """Stops the compiler proper that compiles a source of this name in a sandbox, if there is one yet."""
    for pid in sandboxed(text):
        if name_of(pid) == "cc1plus":
            os.kill(pid, signal.SIGSTOP)
            return pid
    return None
