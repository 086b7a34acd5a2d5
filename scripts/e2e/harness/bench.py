"""What benches in Python share: a mesh of hosts, and figures that become a table and JSON."""

import argparse
import contextlib
import json
import os
import pathlib
import subprocess
import sys

from harness.mesh import Mesh
from harness.network import Network
from harness.script import SCRIPTS, help_text, installed, work_directory

sys.path.append(str(SCRIPTS / "lib"))
import bench_results  # noqa: E402


def parser(script):
    """The options that all benches have; --help prints the head of the script."""
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--json", type=pathlib.Path)
    options.add_argument("--keep", action="store_true")
    options.add_argument("-h", "--help", action="store_true")
    if {"-h", "--help"} & set(sys.argv):
        print(help_text(script))
        sys.exit()
    return options


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("it wants a number above 0")
    return number


@contextlib.contextmanager
def started(name, options):
    """A work directory, once all is installed that a bench needs."""
    if os.geteuid() != 0:
        sys.exit(f"{name}: network namespaces are made by root only; run this as root")
    if options.keep:
        os.environ["FLOE_KEEP"] = "1"
    subprocess.run([SCRIPTS / "setup", "bench"], check=True)
    with work_directory(name) as work:
        work.chmod(0o755)
        yield work


@contextlib.contextmanager
def mesh_of_hosts(work, count, **options):
    """Each node is a host of its own."""
    network = Network(count)
    mesh = Mesh(installed(), work / "mesh", count, network=network, settling_millis=None, **options)
    try:
        yield mesh.start()
    finally:
        mesh.stop()
        network.close()


def on_host(mesh, number, command, **variables):
    """The words that run a command on a host as a build of its node, and its environment."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "FLOE_SOCKET": str(mesh[number].socket), **variables}
    return [*mesh.prefix(number), *map(str, command)], environment


def sleeping_compiler(directory):
    """A gcc that sleeps as long as its source says, in a directory of its own."""
    real = os.path.realpath(subprocess.run(["sh", "-c", "command -v gcc"], check=True, capture_output=True, text=True).stdout.strip())
    program = directory / "gcc"
    directory.mkdir()
    subprocess.run(["gcc", "-O2", "-static", f'-DREAL_COMPILER="{real}"', "-o", program, SCRIPTS / "lib/sleeping-compiler.c"], check=True)
    return program


def show(rows, file):
    bench_results.table(rows)
    if file:
        file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
