"""How the cache serves a build that another submitter, another path, another user or a mesh that has lost a node does again."""

import os
import pathlib
import shutil
import subprocess

from benchmark import meshes
from harness.jobs import JobLog
from harness.mesh import Mesh

from project_builds import second_report
from project_builds.builds import EXECUTORS, SUBMITTER, Builds
from project_builds.trees import Trees

OTHER = 4  # another submitter
HOSTS = 4
OWN_USER, OTHER_USER = 0, 64123
AS_OTHER_USER = ["setpriv", f"--reuid={OTHER_USER}", f"--regid={OTHER_USER}", "--clear-groups", "env", "HOME=/nonexistent"]
# Nodes whose sockets lie here serve each user.
SYSTEM = pathlib.Path("/run/floe")


class SecondBuild:
    """Several builds of each project, each compared with the plain one."""

    def __init__(self, builds: Builds) -> None:
        self.builds, self.chosen, self.trees = builds, builds.chosen, builds.trees
        self.socket = SYSTEM / f"twice-{os.getpid()}.socket"
        SYSTEM.mkdir(mode=0o755, exist_ok=True)
        builds.session.cleanup.callback(self.socket.unlink, missing_ok=True)
        self.mesh: Mesh = builds.start_mesh("both", HOSTS, submitters=(SUBMITTER, OTHER), sockets={OTHER: self.socket})

    def forget(self) -> None:
        """The other submitter has never seen a result; toolchains stay."""
        meshes.forget_results(self.mesh, OTHER)

    def build(self, name: str) -> bool:
        """All builds of a project, a line each."""
        plain_wall, _ = self.builds.build_plainly(name)
        good = [self.build_once(name, "first time", SUBMITTER, plain_wall),
                self.build_once(name, "other submitter", OTHER, plain_wall),
                self.build_once(name, "the same again", OTHER, plain_wall)]
        for number in EXECUTORS:
            victim = self.mesh[number]
            self.forget()
            victim.kill()
            good.append(self.build_once(name, f"{victim.name} killed", OTHER, plain_wall))
            victim.start()
            self.mesh.await_complete()
        self.forget()
        good.append(self.build_once(name, "other user", OTHER, plain_wall, OTHER_USER))
        good.append(self.build_elsewhere(name))
        return all(good)

    def build_elsewhere(self, name: str) -> bool:
        here = self.trees
        place = here.directory / "in/another/place"
        self.builds.trees = self.trees = Trees(place, self.chosen.jobs, here.host)
        try:
            plain_wall, _ = self.builds.build_plainly(name)
            return self.build_once(name, "other path", OTHER, plain_wall)
        finally:
            shutil.rmtree(place)
            self.builds.trees = self.trees = here

    def build_once(self, name: str, what: str, number: int, plain_wall: int, user: int = OWN_USER) -> bool:
        """Builds through the node of a submitter as a user, and prints a line."""
        log = JobLog(self.mesh[number].job_log)

        def begin() -> None:
            nonlocal log
            log = JobLog(self.mesh[number].job_log)
            if user != OWN_USER:
                own(self.trees.directory, user)

        prefix = [*meshes.builds_of(self.mesh, number, FLOE_MODE="remote"), *(AS_OTHER_USER if user != OWN_USER else [])]
        try:
            wall = self.trees.build(name, str(self.mesh.cc), prefix, begin)
        finally:
            own(self.trees.directory, OWN_USER)
        comparison = self.trees.compare(name, str(self.mesh.cc))
        second_report.show(log.read(), name, what, self.chosen.json, compared=comparison.compared, differing=comparison.differing,
                           excused=comparison.excused, wallMillis=wall, plainWallMillis=plain_wall)
        return comparison.is_good()


def own(directory: pathlib.Path, user: int) -> None:
    subprocess.run(["chown", "-R", str(user), directory], check=True)
