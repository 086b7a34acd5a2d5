"""Prints `GROUP: N tried, N refused, N harmful` for each group of attacks that the tests below a repository have made.

Most groups count for themselves and leave `TRIED REFUSED HARMFUL` in a file; in the others a test is an attack, and one that fails did harm.
"""

import glob
import os
import sys
import xml.etree.ElementTree

CLASSES = {
    "strangers": ["dev.floe.node.rpc.StrangersTest", "dev.floe.node.mesh.transport.AuthenticatingServerSocketTest"],
    "archives": ["dev.floe.toolchain.archive.ToolchainUnpackerTest"],
    "paths of offers": ["dev.floe.node.executor.exectree.ExecRootPlanTest"],
}


def tallies(repository):
    for path in sorted(glob.glob(os.path.join(glob.escape(repository), "mesh-node", "*", "target", "attack", "*.tally"))):
        with open(path, encoding="ascii") as file:
            yield os.path.basename(path)[: -len(".tally")].replace("-", " "), [int(n) for n in file.read().split()]


def counted(repository, classes):
    tried = harmful = 0
    for name in classes:
        for path in glob.glob(os.path.join(glob.escape(repository), "**", "target", "surefire-reports", f"TEST-{name}.xml"), recursive=True):
            for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
                if case.find("skipped") is None:
                    tried += 1
                    harmful += case.find("failure") is not None or case.find("error") is not None
    return tried, tried - harmful, harmful


def main(repository):
    for group, (tried, refused, harmful) in tallies(repository):
        print(f"{group}: {tried} tried, {refused} refused, {harmful} harmful")
    for group, classes in CLASSES.items():
        tried, refused, harmful = counted(repository, classes)
        print(f"{group}: {tried} tried, {refused} refused, {harmful} harmful")


if __name__ == "__main__":
    main(sys.argv[1])
