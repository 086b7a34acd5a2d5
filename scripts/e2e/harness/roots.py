"""Fresh roots of Debian in namespaces of their own, in which packages are installed. Needs root and an archive of Debian."""

import os
import pathlib
import shutil
import signal
import subprocess

from harness import commands, machine
from harness.mesh import WITH_PARENT

CACHE = pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path(os.environ.get("HOME", "/nonexistent")) / ".cache") / "floe"
SUITE = "bookworm"
# What a machine that submits has; a package brings the rest.
PACKAGES = ("gcc", "libc6-dev")
ENVIRONMENT = ("PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive")

# Makes $1 the root of this process, on a host of the name $2, with kernel file systems of its own, and waits to be killed. The further words are
# pairs: a directory of this machine, and where the root has it.
ENTER = """
root=$1
hostname "$2"
shift 2
mount --bind "$root" "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/run"
mount -t tmpfs tmpfs "$root/tmp"
while [ $# -gt 0 ]; do
    mkdir -p "$root$2"
    mount --rbind "$1" "$root$2"
    shift 2
done
cp /etc/resolv.conf "$root/etc/resolv.conf"
cd "$root"
mkdir -p old
pivot_root . old
umount -l /old
rmdir /old
echo entered
exec sleep infinity
"""


def archive(packages=PACKAGES):
    """The archive of a fresh root with these packages, made once."""
    file = CACHE / f"{SUITE}-{'-'.join(packages)}.tar"
    if not file.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        new = file.with_suffix(".new.tar")
        subprocess.run(["mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(packages)}", SUITE, new], check=True)
        new.rename(file)
    return file


class Root:
    """A root in `dir`. Its processes have a process namespace, and, with `network`, the network of that host. `mounts` has directories of this
    machine, and the places at which the root has them."""

    def __init__(self, directory, network=None, host=1, tar=None, mounts=None):
        self.dir, self.network, self.host, self.mounts = directory, network, host, mounts or {}
        directory.mkdir(mode=0o755)
        subprocess.run(["tar", "-C", directory, "-xf", tar or archive(), "--exclude=./dev/*"], check=True)
        with open(directory / "etc/hosts", "a") as hosts:
            hosts.write(f"127.0.0.1 localhost host{host}\n")
        self.process = None

    def start(self):
        words = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--uts", "--ipc", "--propagation", "private", "sh", "-ec", ENTER, "sh", self.dir, f"host{self.host}",
                 *(place for pair in self.mounts.items() for place in pair)]
        self.process = subprocess.Popen([*self.in_network(), *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout.readline() == "entered\n", f"the root {self.dir} cannot be entered"
        return self

    def has_booted(self):
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return children and self.run("systemctl", "is-active", "multi-user.target").code == 0

    def in_network(self):
        return self.network.prefix(self.host) if self.network else []

    @property
    def first(self):
        """The process number of its first process, as the host has it."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return int(children[0])

    def boot(self):
        """Starts its systemd as the first process, in a container of systemd-nspawn in which no part of /proc is covered."""
        words = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", f"--directory={self.dir}", "--boot", "--console=pipe"]
        with open(self.dir / "boot.log", "wb") as log:
            self.process = subprocess.Popen(words, env={**os.environ, "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "1"}, stdin=subprocess.DEVNULL, stdout=log,
                                            stderr=subprocess.STDOUT)
        machine.eventually(self.has_booted, lambda: f"{self.dir} does not boot: {(self.dir / 'boot.log').read_text(errors='replace')[-2000:]}")
        return self

    def inside(self, *words, user=None, online=False):
        """The words that make a command run in it; with `online`, in the network of this machine."""
        as_user = ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--"] if user else []
        return ["nsenter", f"--target={self.first}", "--mount", "--pid", "--uts", "--ipc", *([] if online else ["--net"]), "--root", "--wd", "--", "env", "-i", *ENVIRONMENT,
                *as_user, *map(str, words)]

    def run(self, *words, user=None):
        return commands.run(self.inside(*words, user=user), "/", dict(os.environ))

    def apt(self, *words):
        """apt-get, which must succeed, in the network of this machine."""
        return commands.run(self.inside("apt-get", "-q", "-y", *words, online=True), "/", dict(os.environ)).check()

    def shell(self, text, user=None):
        return self.run("sh", "-c", text, user=user)

    def launch(self, *words, log):
        """Starts a command that ends with the process that is returned."""
        with open(self.dir / log, "wb") as file:
            return subprocess.Popen(self.inside(*WITH_PARENT, *words), stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT)

    def await_text(self, log, text):
        read = (self.dir / log).read_text
        machine.eventually(lambda: text in read(errors="replace"), lambda: f"{log} of {self.dir} lacks {text}: {read(errors='replace')[-2000:]}")

    def files(self):
        """All files but those of the kernel, of temporary directories, and of apt, dpkg and their logs."""
        skipped = ("./proc", "./sys", "./dev", "./run", "./tmp", "./old", "./var/lib/apt", "./var/cache", "./var/log", "./var/lib/dpkg")
        found = set()
        for directory, names, leaves in os.walk(self.dir):
            here = "./" + os.path.relpath(directory, self.dir)
            names[:] = [name for name in names if os.path.normpath(f"{here}/{name}") not in {os.path.normpath(each) for each in skipped}]
            found.update(os.path.normpath(f"{here}/{name}") for name in [*names, *leaves])
        return found

    def close(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)
