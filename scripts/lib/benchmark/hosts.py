"""Hosts made of network namespaces, on which processes run in groups that count their CPU time. Needs root."""

import contextlib
import os
import pathlib
import re
import signal
import subprocess
from collections.abc import Sequence

from benchmark import groups
from benchmark.groups import Group
from harness.network import Network, ip

GOODBYE_SECONDS = 10


class Hosts:
    """Hosts from 1 on. All have the file system of this machine."""

    def __init__(self, count: int) -> None:
        groups.remove_stale()
        remove_stale_networks()
        self.network = Network(count)
        self._groups: dict[str, Group] = {}
        self._started: list[subprocess.Popen] = []

    def add_up_to(self, count: int) -> None:
        for host in range(self.network.count + 1, count + 1):
            self.network.add(host)

    def address(self, host: int) -> str:
        return self.network.address(host)

    def group(self, name: str) -> Group:
        if name not in self._groups:
            self._groups[name] = Group(name)
        return self._groups[name]

    def prefix(self, group: Group, host: int) -> list[str]:
        """The words that make the command after them run on a host in a group."""
        return [*group.prefix(), *self.network.prefix(host)]

    def start(self, group: Group, host: int, words: Sequence[object], log: pathlib.Path) -> subprocess.Popen:
        """Starts a daemon, which ends with the hosts at the latest."""
        with open(log, "wb") as out:
            process = subprocess.Popen([*self.prefix(group, host), *map(str, words)], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT)
        self._started.append(process)
        return process

    def sent_bytes(self, host: int) -> int:
        """What a host has sent to others: what the other end of its cable has received."""
        return int(pathlib.Path(f"/sys/class/net/fl{self.network.id}-{host}/statistics/rx_bytes").read_text())

    def received_bytes(self, host: int) -> int:
        """What a host has received from others."""
        return int(pathlib.Path(f"/sys/class/net/fl{self.network.id}-{host}/statistics/tx_bytes").read_text())

    def limit(self, host: int, megabits: int) -> None:
        """Gives the cable of a host a rate, in both directions."""
        rate = ["root", "tbf", "rate", f"{megabits}mbit", "burst", "128kb", "latency", "100ms"]
        subprocess.run([*self.network.prefix(host), "tc", "qdisc", "add", "dev", "eth0", *rate], check=True)
        subprocess.run(["tc", "qdisc", "add", "dev", f"fl{self.network.id}-{host}", *rate], check=True)

    def close(self) -> None:
        for process in self._started:
            stop(process)
        for group in self._groups.values():
            group.close()
        self.network.close()


def stop(process: subprocess.Popen) -> None:
    """Ends a daemon, if it still runs."""
    process.terminate()
    try:
        process.wait(GOODBYE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def remove_stale_networks() -> None:
    """What a benchmark that was killed hard has left: its process is gone."""
    for name, number in re.findall(r"^(floe-([0-9a-f]+)-\d+)\b", ip("netns", "list"), re.MULTILINE):
        if not os.path.exists(f"/proc/{int(number, 16)}"):
            for pid in ip("netns", "pids", name, check=False).split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
            ip("netns", "delete", name, check=False)
            ip("link", "delete", f"floe{number}", check=False)
