"""icecc and distcc from the distribution, on the hosts of a benchmark. Host 1 submits; each host's daemon is in a group of its own."""

import os
import pathlib
import shutil
import subprocess

from benchmark import pump
from benchmark.groups import Group
from benchmark.hosts import Hosts, stop
from benchmark.options import fail
from harness.machine import eventually

DISTCC_PORT, SCHEDULER_PORT = 3632, 8765
# A daemon of icecc takes no jobs while other programs keep the machine busy, so a benchmark would never end. It sees CPU counters that stand
# still, which it takes for an idle machine.
IDLE = 'mount --bind "$0" /proc/stat && exec "$@"'
LOOK = ": <\"/dev/tcp/$0/$1\""


class Icecream:
    """A scheduler and a daemon on host 1, and a daemon on each other host."""

    def __init__(self, hosts: Hosts, directory: pathlib.Path, count: int, slots: int, submitter_slots: int = 0) -> None:
        self.hosts, self.directory, self.count = hosts, directory, count
        self.slots, self.submitter_slots = slots, submitter_slots
        self.processes: dict[int, subprocess.Popen] = {}
        self.scheduler = hosts.group("ice-scheduler")

    def group(self, host: int) -> Group:
        return self.hosts.group(f"ice-{host}")

    def start(self) -> None:
        """Returns when all daemons have reached the scheduler."""
        if not (shutil.which("icecc-scheduler") or os.access("/usr/sbin/icecc-scheduler", os.X_OK)):
            fail("icecc is missing; run scripts/setup bench")
        words = ["icecc-scheduler", "-n", "floe-bench", "-p", SCHEDULER_PORT, "-l", self.directory / "scheduler.log", "-vv"]
        self.processes[0] = self.hosts.start(self.scheduler, 1, words, self.directory / "scheduler.out")
        for host in range(1, self.count + 1):
            self.launch(host)
        eventually(self.is_complete, "icecc's daemons did not reach their scheduler")

    def launch(self, host: int) -> None:
        """Starts the daemon of a host and does not wait."""
        place = self.directory / str(host)
        place.mkdir(exist_ok=True)
        # The daemon leaves root for a user of its own.
        place.chmod(0o777)
        self.log(host).unlink(missing_ok=True)
        idle = place / "stat"
        idle.write_bytes(pathlib.Path("/proc/stat").read_bytes())
        words = ["unshare", "-m", "sh", "-c", IDLE, idle, "env", f"ICECC_TEST_SOCKET={place / 'socket'}",
                 "iceccd", "-n", "floe-bench", "-s", f"{self.hosts.address(1)}:{SCHEDULER_PORT}", "-N", f"ice{host}",
                 "--nice", "0", "-m", self.submitter_slots if host == 1 else self.slots, "-b", place / "environments", "-l", self.log(host), "-vv"]
        self.processes[host] = self.hosts.start(self.group(host), host, words, self.directory / f"{host}.out")

    def log(self, host: int) -> pathlib.Path:
        return self.directory / f"{host}.log"

    def is_connected(self, host: int) -> bool:
        """Whether a daemon says in its log that it has found the scheduler."""
        return self.log(host).exists() and "Connected to scheduler" in self.log(host).read_text(errors="replace")

    def is_complete(self) -> bool:
        return all(self.is_connected(host) for host in self.processes if host)

    def restart_submitter(self) -> None:
        stop(self.processes[1])
        self.launch(1)
        eventually(lambda: self.is_connected(1), "icecc's daemon did not reach its scheduler again")

    def prefix(self, **variables: str) -> list[str]:
        """The words that make a build run on host 1."""
        settings = {"ICECC_TEST_SOCKET": str(self.directory / "1/socket"), **variables}
        return [*self.hosts.prefix(self.group(1), 1), "env", *(f"{name}={value}" for name, value in settings.items())]

    def close(self) -> None:
        for process in self.processes.values():
            stop(process)


class Distcc:
    """A daemon on each host but the first, and on request distcc's include server on the first."""

    def __init__(self, hosts: Hosts, directory: pathlib.Path, count: int, slots: int) -> None:
        self.hosts, self.directory, self.executors, self.slots = hosts, directory, range(2, count + 1), slots
        self.processes: list[subprocess.Popen] = []
        self.include_server: pump.IncludeServer | None = None

    def group(self, host: int) -> Group:
        return self.hosts.group(f"dist-{host}")

    def start(self) -> None:
        if not shutil.which("distccd"):
            fail("distcc is missing; run scripts/setup bench")
        for host in self.executors:
            # Without the last option distccd takes only compilers that are listed in /usr/lib/distcc.
            words = ["distccd", "--no-detach", "--daemon", "--allow", f"{self.hosts.network.addresses}.0/24", "--listen", self.hosts.address(host),
                     "--jobs", self.slots, "--user", "nobody", "--log-file", self.directory / f"{host}.log", "--enable-tcp-insecure"]
            self.processes.append(self.hosts.start(self.group(host), host, words, self.directory / f"{host}.out"))
        for host in self.executors:
            eventually(lambda: self.listens(host), f"distccd does not listen on host {host}")

    def listens(self, host: int) -> bool:
        words = [*self.hosts.network.prefix(host), "bash", "-c", LOOK, self.hosts.address(host), str(DISTCC_PORT)]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0

    def start_include_server(self) -> None:
        self.include_server = pump.IncludeServer(self.hosts.prefix(self.group(1), 1), self.directory / "include-server")
        self.include_server.start()

    def prefix(self) -> list[str]:
        """The words that make a build run on host 1, through the include server if that was started."""
        state = self.directory / "state"
        state.mkdir(exist_ok=True)
        kind = ",lzo,cpp" if self.include_server else ""
        servers = " ".join(f"{self.hosts.address(host)}/{self.slots + 1}{kind}" for host in self.executors)
        pumped = [f"INCLUDE_SERVER_PORT={self.include_server.socket}"] if self.include_server else []
        return [*self.hosts.prefix(self.group(1), 1), "env", f"DISTCC_DIR={state}", "DISTCC_FALLBACK=0", *pumped, f"DISTCC_HOSTS={servers}"]

    def close(self) -> None:
        if self.include_server:
            self.include_server.stop()
        for process in self.processes:
            stop(process)
