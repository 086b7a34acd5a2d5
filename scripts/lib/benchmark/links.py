"""Slow links: what a host sends and receives takes a time, has a rate, and some of it is lost. A program of this directory's neighbour slow-link.c is
the cable, because kernels without netem have no delay; tc gives it the rates."""

import pathlib
import subprocess
from dataclasses import dataclass

from benchmark import SCRIPTS
from benchmark.hosts import Hosts, stop
from benchmark.options import fail
from harness.network import ip

SCALE = 10_000


@dataclass(frozen=True)
class Link:
    """Megabits a second up and down, the round trip in milliseconds, and the share of frames that is lost, in each direction."""

    up: int
    down: int
    round_trip: int
    loss: float = 0


LINKS = {"vpn": Link(20, 20, 40), "lossy": Link(5, 25, 60, 0.01), "near": Link(100, 100, 5)}


class SlowLink:
    """The link of one host, from its making on. It ends with `close`, and the host has its cable no more."""

    def __init__(self, hosts: Hosts, host: int, link: Link, work: pathlib.Path) -> None:
        network = hosts.network
        program, outer = work / "slow-link", f"fl{network.id}-{host}"
        if not program.exists():
            subprocess.run(["gcc", "-O2", "-o", program, SCRIPTS / "lib/slow-link.c"], check=True)
        ip("link", "delete", outer, check=False)
        words = [program, f"/run/netns/{network.namespace(host)}", "eth0", outer, link.round_trip * 1000 // 2, round(link.loss * SCALE)]
        self.process = subprocess.Popen(list(map(str, words)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        if not self.process.stdout or self.process.stdout.readline() != b"up\n":
            fail("the slow link does not come up: it needs /dev/net/tun")
        ip("-n", network.namespace(host), "address", "add", f"{network.address(host)}/24", "dev", "eth0")
        network.connect(host)
        ip("link", "set", outer, "master", network.bridge, "up")
        for prefix, device, rate in ((network.prefix(host), "eth0", link.up), ([], outer, link.down)):
            shaper = ["root", "tbf", "rate", f"{rate}mbit", "burst", "32kb", "latency", "200ms"]
            subprocess.run([*prefix, "tc", "qdisc", "replace", "dev", device, *shaper], check=True)

    def close(self) -> None:
        stop(self.process)
