"""Builds during which one executor is killed at a random moment. The moment is a number of objects, so that it always lies within the build."""

import random
import threading

from benchmark import meshes
from benchmark.options import say
from harness.mesh import Mesh, Node

from project_builds import report
from project_builds.builds import EXECUTORS, SUBMITTER, Builds
from project_builds.trees import BuildFailed, Trees

# The executor is killed when at least so many compiles are still to come.
LAST_OBJECTS = 2
POLL_SECONDS = 0.01


def objects_in(trees: Trees, name: str) -> int:
    return sum(1 for _ in trees.tree(name).rglob("*.o"))


class Killer(threading.Thread):
    """Kills a node when the tree of a project has so many objects."""

    def __init__(self, trees: Trees, name: str, node: Node, moment: int) -> None:
        super().__init__(daemon=True)
        self.trees, self.project, self.node, self.moment = trees, name, node, moment
        self.ended, self.has_killed = threading.Event(), False

    def run(self) -> None:
        while objects_in(self.trees, self.project) < self.moment:
            if self.ended.wait(POLL_SECONDS):
                return
        self.node.kill()
        self.has_killed = True

    def finish(self) -> bool:
        """Whether it has killed; it does not any more."""
        if self.ident is not None:
            self.ended.set()
            self.join()
        return self.has_killed


class Killing:
    def __init__(self, builds: Builds, mesh: Mesh, seed: int) -> None:
        self.builds, self.mesh, self.seed, self.trees = builds, mesh, seed, builds.trees
        self.prefix = meshes.builds_of(mesh, SUBMITTER, FLOE_MODE="remote")

    def build(self, name: str) -> bool:
        """All builds of a project, and their line."""
        chance, count = random.Random(self.seed), self.builds.chosen.builds
        self.builds.build_plainly(name)
        self.trees.build(name, str(self.mesh.cc), self.prefix)
        objects = objects_in(self.trees, name)
        good = differing = 0
        for number in range(1, count + 1):
            victim, moment = self.mesh[chance.choice(EXECUTORS)], chance.randrange(max(1, objects - LAST_OBJECTS))
            is_good, different = self.build_once(name, victim, moment, f"{name} {number}: {victim.name} killed at object {moment} of {objects}")
            good += is_good
            differing += different
            victim.restart()
            self.mesh.await_complete()
        print(f"{name}: {good} of {count} builds succeeded with an executor killed in each, {differing} files differ (seed {self.seed})", flush=True)
        if self.builds.chosen.json:
            report.add(self.builds.chosen.json, {"name": name, "builds": count, "succeeded": good, "differing": differing, "seed": self.seed})
        return good == count

    def build_once(self, name: str, victim: Node, moment: int, text: str) -> tuple[bool, int]:
        """Whether a build with a node killed is as it must be, and how many files differ."""
        killer = Killer(self.trees, name, victim, moment)
        try:
            millis = self.trees.build(name, str(self.mesh.cc), self.prefix, killer.start)
        except BuildFailed:
            killer.finish()
            say(f"{text}, the build failed")
            return False, 0
        has_killed, comparison = killer.finish(), self.trees.compare(name, str(self.mesh.cc))
        say(f"{text}, built in {millis / 1000:.1f} s, {comparison.compared} files compared, {comparison.differing} differ")
        if not has_killed:
            say(f"{victim.name} was not killed: the build ended before")
        return has_killed and comparison.is_good(), comparison.differing
