"""What a node finds on a disk after a power cut, and what it makes of it."""

import hashlib
import random
import re

from harness.mesh import Mesh
from power_loss.builds import PROMISED_NANOS, RESULT, VICTIM, NodeOnDisk
from power_loss.disk import Mounted

# The results that were kept last; older ones may have been removed to make room.
REQUIRED = 150
COMPILED = 6
RECENT = 30


class Recovered(Mesh):
    """The victim alone, after the cut."""

    def __init__(self, builds, directory, disk):
        super().__init__(builds.mesh.install, directory, 1, submitters=())
        self.nodes = {VICTIM: NodeOnDisk(self, VICTIM, disk)}

    def address(self, number):
        return f"127.0.0.1:{self.base_port}"


class CutCheck:
    """One cut: starts a node on what it left, and keeps what is wrong."""

    def __init__(self, builds, directory, started):
        self.builds, self.directory, self.started = builds, directory, started
        self.problems, self.warnings = [], []
        self.damaged = self.promised = self.lost = self.hits = self.asked = 0

    def run(self, image, moment, chance):
        mounted = Mounted(image, self.directory / "disk")
        mesh = Recovered(self.builds, self.directory / "mesh", mounted.directory)
        try:
            node = mesh[VICTIM]
            self.problems += self.builds.lost_files(node, moment)
            self.check_files(node, moment)
            if self.started:
                self.check_node(mesh, node, moment, random.Random(chance))
        except AssertionError as problem:
            self.problems.append(str(problem))
        finally:
            mounted.close()
            (mesh.dir / str(VICTIM) / "err").unlink(missing_ok=True)

    @staticmethod
    def keys(node):
        return {path.name: path.read_bytes() for path in (node.data / "actions").glob("??/*") if RESULT.fullmatch(path.name)}

    def check_files(self, node, moment):
        """Without the node: whether each result of which it was promised is there, and its bytes too."""
        keys = self.keys(node)
        for key, written in self.builds.kept(moment)[-REQUIRED:]:
            promised = written + PROMISED_NANOS <= moment
            self.promised += promised
            result = self.builds.results[key]
            whole = key in keys and result.is_same(keys[key]) and all(self.is_whole(node, name) for name in result.names)
            self.lost += not whole and not promised
            if not whole and promised:
                self.problems.append(f"the result {key[:12]}, kept {(moment - written) / 1e9:.2f} s before the cut, is lost")

    @staticmethod
    def is_whole(node, name):
        path = node.data / "store" / name[:2] / name
        return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == name.partition("-")[0]

    def check_node(self, mesh, node, moment, chance):
        before = self.keys(node)
        node.start()
        try:
            self.ask(mesh, node, before, moment, chance)
        finally:
            node.stop()
        self.warnings = [line for line in node.log().splitlines() if re.search(r" (WARN|ERROR|FATAL) ", line)]

    def ask(self, mesh, node, before, moment, chance):
        mesh.run("cache", "verify", node=VICTIM)
        after = self.keys(node)
        self.damaged = len(before.keys() - after.keys())
        promised = [key for key, written in self.builds.kept(moment)[-REQUIRED:] if written + PROMISED_NANOS <= moment]
        self.problems += [f"the result {key[:12]} is lost to the node" for key in promised if key not in after]
        known = self.builds.results
        self.problems += [f"under the key {key[:12]} is another result" for key, result in after.items() if key in known and not known[key].is_same(result)]
        units = self.builds.made_by_victim(moment)
        if units:
            mesh.run("toolchain", "create", "gcc", node=VICTIM).check()
            recent = units[-RECENT:]
            chosen = {*units[-2:], *chance.sample(recent, min(len(recent), COMPILED - 3)), chance.choice(units)}
            known = len(self.builds.problems)
            for unit in chosen:
                self.builds.compile(VICTIM, unit, "auto", mesh)
            self.problems += self.builds.problems[known:]
            del self.builds.problems[known:]
            self.asked = len(chosen)
            self.hits = sum('"decision":"cached"' in line.replace(" ", "") for line in node.job_log.read_text().splitlines()[-len(chosen):])
