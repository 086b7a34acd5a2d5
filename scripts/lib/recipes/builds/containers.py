"""Builds in containers, with the node of the machine on which they run."""

from recipes.recipe import Place, Recipe

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


RECIPES = [
    Recipe("podman", PAGE, "podman without root", packages=PACKAGES, source="zlib", prepare=make_image, least=10),
    Recipe("distrobox", PAGE, "distrobox", packages=("distrobox", *PACKAGES), source="zlib", prepare=make_image, online=True, least=10),
]
