"""A board: the root of a Debian of another architecture, whose programs an emulator runs, as a mount namespace of its own. Its node runs on
this machine's own JVM, and floe-cc is this machine's; the compiler, make and all else are the board's. Needs root."""

import os
import pathlib
import subprocess

from harness.machine import skip

LIB = pathlib.Path(__file__).resolve().parents[2] / "lib"
SOURCE_DATE_EPOCH = "1700000000"


def root_of(architecture):
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return pathlib.Path(cache) / "floe/boards" / architecture


def is_made(architecture):
    return (root_of(architecture) / ".complete").exists()


def need_board(architecture):
    if not is_made(architecture):
        skip(f"there is no {architecture} board; scripts/build-projects --board {architecture} makes it")
    if subprocess.run(["chroot", root_of(architecture), "/bin/true"], capture_output=True, check=False).returncode != 0:
        skip(f"this machine does not run programs for {architecture}; scripts/setup board lets it")


def java_home():
    script = '. "$0/jdk.sh" && find_jdk 25'
    return subprocess.run(["sh", "-c", script, LIB], check=True, capture_output=True, text=True).stdout.strip()


class Board:
    """A board that has started; what is shared with it lies at the same paths."""

    def __init__(self, architecture, work, install):
        self.java, self.namespace = java_home(), work / f"board-{architecture}"
        self.namespace.mkdir()
        self.mount("--bind", self.namespace, self.namespace)
        self.mount("--make-private", self.namespace)
        (self.namespace / "mount").touch()
        shared = [work, LIB.parent.parent, install, self.java, "/usr/lib/x86_64-linux-gnu", "/lib64"]
        subprocess.run(["unshare", f"--mount={self.namespace}/mount", "bash", "-eu", LIB / "foreign_arch_root.sh", root_of(architecture), *shared], check=True)

    @staticmethod
    def mount(*words):
        subprocess.run(["mount", *words], check=True)

    def prefix(self, **variables):
        """The words that make the command after them run on the board, with a small environment."""
        environment = {"FLOE_JAVA": self.java, "HOME": "/root", "LC_ALL": "C.UTF-8", "PATH": "/usr/local/bin:/usr/bin:/bin",
                       "SOURCE_DATE_EPOCH": SOURCE_DATE_EPOCH, "FLOE_CACHE": "off", **variables}
        return ["nsenter", f"--mount={self.namespace}/mount", "/usr/bin/env", "-i", *(f"{name}={value}" for name, value in environment.items() if value)]

    def close(self):
        subprocess.run(["umount", "-l", self.namespace / "mount", self.namespace], check=False)
