"""The machines of a recipe: one that submits, whose node serves all its users, and one that executes."""

import os
import pathlib

from harness.mesh import Mesh, Node
from harness.network import Network

SOCKET = "/run/floe/node.sock"
# Gives the node alone a /run of its own, in which $0 is /run/floe.
WITH_RUN = 'mount -t tmpfs tmpfs /run; mkdir /run/floe; mount --bind "$0" /run/floe; exec "$@"'
# The user that nodes have in the container image; no user of the machine.
USER_ID = 7079
AS_USER = ["setpriv", f"--reuid={USER_ID}", f"--regid={USER_ID}", "--clear-groups", "--pdeathsig", "TERM", "--"]


class ServiceNode(Node):
    """A node that runs as a user of its own, as a service does."""

    def launch(self, *prefix, environment=None) -> None:
        for path in (self.dir, *self.dir.iterdir()):
            os.chown(path, USER_ID, USER_ID)
        super().launch(*prefix, *AS_USER, environment={"HOME": "/nonexistent", **(environment or {})})


class SystemNode(ServiceNode):
    """A node whose socket is that of the system's node, in a mount namespace of its own."""

    def command(self) -> list[str]:
        words = super().command()
        words[words.index("--socket") + 1] = SOCKET
        return words


class Machines(Mesh):
    """A submitter and an executor, each a host of its own. `run_directory` is what the submitter has as /run/floe."""

    def __init__(self, prefix: pathlib.Path, directory: pathlib.Path, node_options: tuple[str, ...] = (), executor: bool = True):
        super().__init__(prefix, directory, 2, slots=max(2, os.cpu_count() or 2), network=Network(2), settling_millis=None)
        self.run_directory = directory / "run"
        self.run_directory.mkdir(parents=True, mode=0o755)
        os.chown(self.run_directory, USER_ID, USER_ID)
        node = self.nodes[1] = SystemNode(self, 1)
        self.nodes[2] = ServiceNode(self, 2)
        if not executor:
            del self.nodes[2]
        node.socket = self.run_directory / "node.sock"
        node.options = list(node_options)
        self.prefixes[1] = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", WITH_RUN, self.run_directory]

    def stop(self) -> None:
        super().stop()
        self.network.close()
