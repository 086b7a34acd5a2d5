"""distcc's include server, which finds the headers of a source on the submitter. Its module in C is not made for the lengths that Python
passes since 3.10 and fails at each call, so it is rebuilt with them. All else is Debian's."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence

from benchmark import projects
from benchmark.options import fail
from harness.machine import eventually

MODULE = "include_server/c_extensions/distcc_pump_c_extensions_module.c"
LIBRARY = "distcc_pump_c_extensions.so"
PARTS = ("clirpc clinet state srvrpc pump rpc io include_server_if trace snprintf util tempfile filename bulk sendfile compress "
         "argutil cleanup emaillog timeval netutil").split()
CONFIGURE = "./autogen.sh && ./configure --disable-Werror --without-avahi --without-libiberty PYTHON=python3"
SHOWN = 2000


def run(words: Sequence[object] | str, directory: pathlib.Path, **variables: str) -> str:
    """What a step of the build prints; the benchmark ends if the step fails."""
    done = subprocess.run(words if isinstance(words, str) else list(map(str, words)), shell=isinstance(words, str), cwd=directory, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **variables}, check=False)
    if done.returncode != 0:
        fail(f"distcc's include server: {words} failed: {done.stdout[-SHOWN:]}")
    return done.stdout


def installed_server() -> pathlib.Path:
    listed = subprocess.run(["dpkg", "-L", "distcc-pump"], capture_output=True, text=True, check=False).stdout.split()
    return next((pathlib.Path(name).parent for name in listed if name.endswith("/include_server.py")), None) or fail(
        "distcc-pump is missing; run scripts/setup bench")


def with_lengths_of_python(text: str) -> str:
    """The module's source, with the type that Python has for lengths."""
    text = re.sub(r"^  int in_len;", "  Py_ssize_t in_len;", text, flags=re.MULTILINE)
    return re.sub(r"^OsPath.*?^}", lambda found: re.sub(r"^  int len;", "  Py_ssize_t len;", found[0], flags=re.MULTILINE), text,
                  flags=re.MULTILINE | re.DOTALL)


def module() -> pathlib.Path:
    """The module for this Python, built once, in a copy of the source, because the build leaves files in it."""
    built = projects.DOWNLOADS / f"distcc-pump-{sys.version_info.major}.{sys.version_info.minor}" / LIBRARY
    if built.exists():
        return built
    with tempfile.TemporaryDirectory(prefix="floe-distcc.") as directory:
        tree = pathlib.Path(directory) / "distcc"
        shutil.copytree(projects.source("distcc", upstream=True), tree, symlinks=True)
        source = tree / MODULE
        source.write_text(with_lengths_of_python(source.read_text()))
        run(CONFIGURE, tree)
        includes = ["-I" + sysconfig.get_path("include"), "-Isrc", "-Ilzo"]
        run(["gcc", "-shared", "-fPIC", "-O2", "-w", "-D_GNU_SOURCE", "-DPY_SSIZE_T_CLEAN", *includes, "-o", LIBRARY,
             "lzo/minilzo.c", MODULE, *(f"src/{part}.c" for part in PARTS)], tree)
        built.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(tree / LIBRARY, built.with_suffix(".new"))
        built.with_suffix(".new").rename(built)
    return built


class IncludeServer:
    """Listens at a socket in its directory."""

    def __init__(self, prefix: Sequence[str], directory: pathlib.Path) -> None:
        self.prefix, self.directory = prefix, directory
        self.socket, self.pid_file = directory / "socket", directory / "pid"
        shutil.copytree(installed_server(), directory / "server", ignore=shutil.ignore_patterns("*.so"))
        shutil.copy(module(), directory / "server" / LIBRARY)

    def start(self) -> None:
        """Returns when it has put itself into the background and listens."""
        server = self.directory / "server/include_server.py"
        words = [*self.prefix, sys.executable, str(server), "--port", str(self.socket), "--pid_file", str(self.pid_file), "-d1"]
        with open(self.directory / "out", "wb") as out:
            done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env={**os.environ, "PYTHONOPTIMIZE": "1"}, check=False)
        if done.returncode != 0:
            fail(f"distcc's include server does not start: {(self.directory / 'out').read_text(errors='replace')[-SHOWN:]}")

    def stop(self) -> None:
        if not self.pid_file.exists():
            return
        pid = int(self.pid_file.read_text())
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        eventually(lambda: not os.path.exists(f"/proc/{pid}"), "distcc's include server does not end")
        self.pid_file.unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)
