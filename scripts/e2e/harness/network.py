"""Machines made of network namespaces: each has its own loopback and one address on a common bridge. Needs root."""

import itertools
import os
import string
import subprocess

from harness.machine import skip

PROBES = 50
# The routers that hosts are behind have numbers from here on.
ROUTERS = 200
# Nobody has this address, so frames to it are lost, and the sender gets no error.
NOBODY = "02:00:00:00:00:01"


def ip(*words, check=True):
    return subprocess.run(["ip", *words], check=check, capture_output=True, text=True).stdout


def free_prefix():
    """A /24 of 10.0.0.0/8 that no route of this machine leads to."""
    routes = ip("-4", "route", "show", "table", "all")
    for probe in range(PROBES):
        number = os.getpid() + probe
        prefix = f"10.{200 + number % 50}.{number // 50 % 250}"
        if f"{prefix}." not in routes:
            return prefix
    raise AssertionError("no free address range for the namespaces")


class Network:
    """Hosts from 1 on; their names carry this process's id and the network's number in it, so that several stand side by side."""

    numbers = itertools.count()

    def __init__(self, count):
        self.id, self.count = f"{os.getpid():x}{string.ascii_lowercase[6 + next(self.numbers) % 20]}", count
        # Hosts behind a router of their own, with their addresses.
        self.hidden = {}
        self.bridge = f"floe{self.id}"
        made = subprocess.run(["ip", "link", "add", self.bridge, "type", "bridge", "forward_delay", "0"], capture_output=True, text=True, check=False)
        assert "File exists" not in made.stderr, f"{self.bridge} is there already"
        if made.returncode != 0:
            skip("the kernel makes no bridge here")
        self.addresses = free_prefix()
        ip("link", "set", self.bridge, "up")
        for host in range(1, count + 1):
            self.add(host)

    def namespace(self, host):
        return f"floe-{self.id}-{host}"

    def address(self, host):
        return self.hidden.get(host) or f"{self.addresses}.{host}"

    def router(self, host):
        """The namespace of the router that a host is behind."""
        return self.namespace(ROUTERS + host)

    def put_behind_router(self, host, subnet=None):
        """Gives a host a private address behind a router that translates addresses: others see the router's, and none can connect."""
        name, router, subnet = self.namespace(host), self.router(host), subnet or f"192.168.{100 + host}"
        ip("netns", "add", router)
        ip("-n", name, "link", "set", "eth0", "netns", router)
        ip("-n", router, "link", "set", "lo", "up")
        ip("-n", router, "address", "add", f"{self.address(host)}/24", "dev", "eth0")
        ip("-n", router, "link", "set", "eth0", "up")
        ip("-n", router, "link", "add", "lan", "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("-n", router, "address", "add", f"{subnet}.1/24", "dev", "lan")
        ip("-n", router, "link", "set", "lan", "up")
        ip("-n", name, "address", "add", f"{subnet}.2/24", "dev", "eth0")
        ip("-n", name, "link", "set", "eth0", "up")
        ip("-n", name, "route", "add", "default", "via", f"{subnet}.1")
        enter = ["nsenter", f"--net=/run/netns/{router}", "--"]
        subprocess.run([*enter, "sysctl", "-qw", "net.ipv4.ip_forward=1"], check=True)
        subprocess.run([*enter, "nft", f"table ip floe {{ chain out {{ type nat hook postrouting priority 100; ip saddr {subnet}.0/24 oifname eth0 masquerade; }}; "
                        "chain in { type filter hook forward priority 0; iifname eth0 ct state new drop; }; }"], check=True)
        self.hidden[host] = f"{subnet}.2"

    def add(self, host):
        name, veth = self.namespace(host), f"fl{self.id}-{host}"
        self.count = max(self.count, host)
        ip("netns", "add", name)
        ip("link", "add", veth, "type", "veth", "peer", "name", "eth0", "netns", name)
        ip("link", "set", veth, "master", self.bridge, "up")
        ip("-n", name, "link", "set", "lo", "up")
        ip("-n", name, "address", "add", f"{self.address(host)}/24", "dev", "eth0")
        self.connect(host)

    def connect(self, host):
        ip("-n", self.namespace(host), "link", "set", "eth0", "up")
        ip("-n", self.namespace(host), "route", "add", "default", "dev", "eth0")

    def cut_off(self, host):
        ip("-n", self.namespace(host), "link", "set", "eth0", "down")

    def unplug(self, host):
        """Cuts it off at the far end of its cable: the host itself sees nothing of it."""
        ip("link", "set", f"fl{self.id}-{host}", "nomaster")

    def plug(self, host):
        ip("link", "set", f"fl{self.id}-{host}", "master", self.bridge, "up")

    def lose(self, source, target):
        """What one host sends to the other is lost; the other way stays open."""
        ip("-n", self.namespace(source), "neigh", "replace", self.address(target), "lladdr", NOBODY, "dev", "eth0", "nud", "permanent")

    def deliver(self, source, target):
        ip("-n", self.namespace(source), "neigh", "delete", self.address(target), "dev", "eth0", check=False)

    def slow_down(self, host, rate):
        """A host sends no faster than this, such as `1mbit`."""
        self.tc("replace", host, "tbf", "rate", rate, "burst", "16kb", "latency", "400ms")

    def speed_up(self, host):
        self.tc("delete", host)

    def tc(self, verb, host, *words):
        subprocess.run(["tc", "-n", self.namespace(host), "qdisc", verb, "dev", "eth0", "root", *words], check=True)

    def prefix(self, host):
        """The words that make the command after them run on a host; the file system stays as it is."""
        return ["nsenter", f"--net=/run/netns/{self.namespace(host)}", "--"]

    def close(self):
        for host in range(1, self.count + 1):
            ip("link", "delete", f"fl{self.id}-{host}", check=False)
            ip("netns", "delete", self.namespace(host), check=False)
            if host in self.hidden:
                ip("netns", "delete", self.router(host), check=False)
        ip("link", "delete", self.bridge, check=False)
