"""Builds in containers, with the node of the machine on which they run."""

import os
import pathlib
import subprocess
import tempfile

from recipes.recipe import NotHere, Place, Recipe

SCRIPTS = pathlib.Path(__file__).resolve().parents[3]

PAGE = "build-systems/containers.md"
PACKAGES = ("podman", "runc", "uidmap", "fuse-overlayfs", "slirp4netns")
# The kernel of a machine that tests may have other cgroups than podman expects, and lower limits.
SETTINGS = """[containers]
netns = "host"
default_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
IMAGE = """tar -C / --one-file-system --exclude=./proc/* --exclude=./sys/* --exclude=./dev/* --exclude=./opt/* --exclude=./home/* --exclude=./var/cache/* \
-cf /home/builder/image.tar .
chown builder /home/builder/image.tar"""


def make_image(place: Place) -> None:
    """The root itself, without Floe, as the image `builder`."""
    place.write("/etc/containers/containers.conf", SETTINGS)
    place.run(IMAGE, as_root=True)
    place.run("podman import ../image.tar builder\nrm ../image.tar")


def package(prefix: pathlib.Path, directory: str) -> None:
    words = [SCRIPTS / "package", "--installed", prefix, "--fast", "--output", directory, "oci"]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise NotHere(f"scripts/package makes no image: {done.stdout[-500:]}")


def make_package(place: Place) -> None:
    """The container image of the Floe under test, or of FLOE_PACKAGES, which has the name on the page."""
    place.write("/etc/containers/containers.conf", SETTINGS)
    made = os.environ.get("FLOE_PACKAGES")
    with tempfile.TemporaryDirectory(prefix="floe-image.") as directory:
        if not made:
            package(place.prefix, directory)
        place.copy(pathlib.Path(made or directory), "/home/builder/image")
    place.run("mv ../image/floe-*-oci-*.tar .", as_root=True)


RECIPES = [
    Recipe("container-executor", "install.md", "a container as the executor, on another machine", packages=PACKAGES, prepare=make_package, starts_executor=True,
           explain="podman ps --all\npodman logs floe"),
    Recipe("podman", PAGE, "podman without root", packages=PACKAGES, source="zlib", prepare=make_image, least=10),
    Recipe("distrobox", PAGE, "distrobox", packages=("distrobox", *PACKAGES), source="zlib", prepare=make_image, online=True, least=10),
]
