"""Packages of Debian: on the machine itself, in a chroot, and with sbuild."""

from recipes.recipe import Recipe

PAGE = "build-systems/debian.md"
DEBHELPER = ("debhelper", "fakeroot", "pkg-config")

RECIPES = [
    Recipe("debian", PAGE, "dpkg-buildpackage", packages=DEBHELPER, source="lzo2", least=20),
    Recipe("debian-chroot", PAGE, "dpkg-buildpackage in a chroot", packages=("mmdebstrap",), source="lzo2", online=True, least=20),
    Recipe("debian-sbuild", PAGE, "sbuild without root", packages=("mmdebstrap", "sbuild", "uidmap", *DEBHELPER), source="lzo2", online=True, least=20),
]
