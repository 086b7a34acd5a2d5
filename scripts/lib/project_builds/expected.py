"""What compare.py compares beside the compilers' own files, what it takes for equal, and what two plain builds differ in themselves.

DIFFERS is the table of exceptions: each was seen to differ between two plain builds (build-projects --baseline) and says why.
"""

import fnmatch
import re

# Files that no compiler wrote, but that hang on what the compiler answered.
AUTOTOOLS = ("config.h", "*/config.h", "config.status", "config.cache", "config.log", "libtool", "Makefile", "*/Makefile")
KBUILD = ("*.cmd", ".config", "System.map", "modules.builtin", "include/generated/*.h", "include/config/auto.conf", "*.lds")
ALSO = {
    "sed-autotools": AUTOTOOLS,
    "libevent-autotools": (*AUTOTOOLS, "include/event2/event-config.h", "*.lo", "*.la"),
    "dav1d-meson": ("*/config.h", "*/config.asm", "*/ninja-deps"),
    "kernel-tiny": KBUILD,
    "kernel-defconfig": KBUILD,
}

# Where a .gcno has the stamp that ties it to its object: gcc takes the time of day, so no two compiles have the same. It is left out.
COVERAGE_STAMP = slice(8, 12)

LINKED_STAMPS = "the build id counts the coverage stamps, which gcc takes from the time of day"
DIFFERS = {
    "lua-coverage": {"src/.libs/*.so.*": LINKED_STAMPS, "src/.libs/*.a": LINKED_STAMPS, "src/*lua*5.4": LINKED_STAMPS},
    "leveldb-pch": {"*.gch": "gcc writes its memory into it, addresses and all"},
}


def is_compared(project, path):
    return any(fnmatch.fnmatch(path, pattern) for pattern in ALSO.get(project, ()))


def excuse(project, path):
    """Why two plain builds differ in this file already, or None."""
    for pattern, reason in DIFFERS.get(project, {}).items():
        if fnmatch.fnmatch(path, pattern):
            return reason
    return None


# What in the log of a configure differs without meaning anything: (what, instead). Everything else in it is compared: each question to
# the compiler, its answer, its diagnostics, its exit code, and the variables of the cache.
CONFIGURE_LOG = (
    (rb"(?m)^PATH: .*\n", b""),  # with the links it is longer
    (rb"(?m)(: found )\S+/", rb"\1"),  # a link is found, or the compiler itself
    (rb"(?m)^COLLECT_GCC=\S+/", b"COLLECT_GCC="),  # `gcc -v` says how it was called; the wrapper calls it by its path
    (rb"[^\s:`']*/cc[A-Za-z0-9]{6}\b", b"/tmp/cc"),  # the compiler's temporary files
    (rb"='gcc'", b"=gcc"),  # what was two words is quoted
)


def canonical(path, content, launcher):
    """The content of a text that names the compiler, without what must differ."""
    if launcher:
        content = content.replace(launcher.encode() + b" ", b"")
    if path.rsplit("/", 1)[-1].startswith("config."):
        for what, instead in CONFIGURE_LOG:
            content = re.sub(what, instead, content)
    return content
