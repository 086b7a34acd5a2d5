"""Toolchains of this machine's compilers, made once for all meshes of a run that are about something else."""

import fcntl
import pathlib
import shutil
import subprocess

from harness import machine
from harness.mesh import Mesh

PARTS = ("toolchains", "compilers")
# The toolchain of gcc has g++, that of clang has clang++.
COMPILERS = ("gcc", "clang")


class PreparedToolchains:
    """Lies in a directory that the processes of a run share; the first that needs it makes it."""

    def __init__(self, install, directory):
        self.install, self.directory, self.made = install, pathlib.Path(directory), pathlib.Path(directory, "made")

    def make(self):
        mesh = Mesh(self.install, self.directory / "mesh", 1, submitters=())
        try:
            mesh.start().create_toolchains(*filter(machine.have, COMPILERS))
        finally:
            mesh.stop()
        self.made.mkdir(mode=0o700)
        for name in PARTS:
            (mesh[1].data / name).rename(self.made / name)
        shutil.rmtree(mesh.dir)

    def give_to(self, node):
        """Before its first start; the files are links, which nodes only read."""
        with open(self.directory / "lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self.made.exists():
                self.make()
        node.dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        node.data.mkdir(mode=0o700)
        subprocess.run(["cp", "-al", *(self.made / name for name in PARTS), node.data], check=True)
