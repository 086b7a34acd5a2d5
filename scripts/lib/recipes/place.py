"""Where commands of recipes run: in a fresh root of Debian."""

import fcntl
import os
import pathlib
import shlex
import subprocess

from harness import roots
from recipes.recipe import RecipeFailed

USER, USER_ID = "builder", 1000
HOME = f"/home/{USER}"
PATH = "/opt/floe/bin:/usr/local/bin:/usr/bin:/bin"
ROOT_PATH = "/opt/floe/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
BASE = ("build-essential", "ca-certificates")
NEW_USER = f"useradd --create-home --shell /bin/bash --uid {USER_ID} {USER}"
# Source packages of the archives whose packages the root takes.
SOURCES = "sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >/etc/apt/sources.list.d/sources.list"
# Packages are installed without what no build needs, and without waiting for the disk.
QUICK_PACKAGES = """printf 'path-exclude=/usr/share/%s/*\\n' man locale info >/etc/dpkg/dpkg.cfg.d/quick
echo force-unsafe-io >>/etc/dpkg/dpkg.cfg.d/quick
echo 'Acquire::Languages "none";' >/etc/apt/apt.conf.d/quick"""
SHOWN_LINES = 25
# Makes ../project the source of a package: patched, or without Debian's changes where a mirror lacks them. The archives lie beside it.
FETCH = """mkdir ../fetched
cd ../fetched
apt-get -q source {0} || {{ apt-get -q source --tar-only {0} && tar -xf *.orig.tar.*; }}
rmdir ../project
mv */ ../project
mv * ..
rmdir ../fetched"""


def environment(as_root: bool) -> list[str]:
    """That of a user who has logged in, with Floe in PATH."""
    user, home, path = ("root", "/root", ROOT_PATH) if as_root else (USER, HOME, PATH)
    return [f"PATH={path}", f"HOME={home}", f"USER={user}", f"LOGNAME={user}", "SHELL=/bin/bash", "LANG=C.UTF-8", "TERM=dumb"]


class Commands:
    """Runs commands behind words that lead to a place; what they print goes to a log."""

    def __init__(self, log: pathlib.Path):
        self.log = log

    def run(self, words: list[str], text: str) -> None:
        with open(self.log, "ab") as out:
            out.write("".join(f"+ {line}\n" for line in text.splitlines()).encode())
            out.flush()
            code = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, check=False).returncode
        if code != 0:
            raise RecipeFailed(f"exit code {code} of\n{text.strip()}\n{self.tail()}")

    def tail(self) -> str:
        return "\n".join(f"    {line}" for line in self.log.read_text(errors="replace").splitlines()[-SHOWN_LINES:])


def script(directory: str, text: str) -> list[str]:
    return ["bash", "-eo", "pipefail", "-c", f"cd {shlex.quote(directory)}\n{text}"]


class FreshRoot:
    """A Debian with compilers and nothing else, on a host of a mesh."""

    def __init__(self, work: pathlib.Path, mesh, prefix: pathlib.Path, host: int = 1):
        packages = roots.CACHE / "packages"
        (packages / "partial").mkdir(parents=True, exist_ok=True)
        # Containers need what the kernel shows of itself.
        mounts = {"/sys": "/sys", mesh.run_directory: "/run/floe", packages: "/var/cache/apt/archives"}
        self.root = roots.Root(work / "root", mesh.network, host, tar=roots.archive(BASE), mounts=mounts)
        self.prefix, self.variables = prefix, {}
        subprocess.run(["cp", "-R", prefix, work / "root/opt/floe"], check=True)
        self.root.start()
        self.commands, self.directory = Commands(work / "log"), f"{HOME}/project"
        self.run(f"{NEW_USER}\n{SOURCES}\n{QUICK_PACKAGES}\ncp /etc/skel/.profile /root\napt-get -q update", as_root=True, online=True, directory="/")
        self.run(f"mkdir {self.directory}", directory=HOME)

    def run(self, text: str, as_root: bool = False, online: bool = False, directory: str | None = None) -> None:
        user = [] if as_root else ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups", "--"]
        words = ["env", "-i", *environment(as_root), *(f"{name}={value}" for name, value in self.variables.items()), *user, *script(directory or self.directory, text)]
        self.commands.run([str(word) for word in self.root.inside(*words, online=online)], text)

    def write(self, path: str, text: str) -> None:
        place = pathlib.Path(f"{self.root.dir}{os.path.join(self.directory, path.replace('~', HOME))}")
        home = self.root.dir / HOME[1:]
        for missing in reversed([parent for parent in place.parents if not parent.exists()]):
            missing.mkdir()
            if home in missing.parents:
                os.chown(missing, USER_ID, USER_ID)
        place.write_text(text, encoding="utf-8")
        if home in place.parents:
            os.chown(place, USER_ID, USER_ID)

    def copy(self, source: pathlib.Path, path: str) -> None:
        subprocess.run(["cp", "-R", source, f"{self.root.dir}{path}"], check=True)

    def install(self, *packages: str) -> None:
        """Floe's links follow the compilers among them."""
        if packages:
            with open(roots.CACHE / "packages.lock", "wb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self.run(f"DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install {shlex.join(packages)}", as_root=True, online=True)
        self.run("floe compilers", as_root=True)

    def fetch_source(self, package: str) -> None:
        self.run(FETCH.format(package), online=True)

    def close(self) -> None:
        self.root.close()
