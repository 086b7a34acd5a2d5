"""The build script of a KISS package, run as `kiss build` runs it."""

import os
import pathlib

from recipes.recipe import NotHere, Place, Recipe


def write_package(place: Place) -> None:
    """A repository with one package, and the package manager itself, which is not in Debian."""
    program = os.environ.get("FLOE_KISS")
    if not program:
        raise NotHere("KISS's package manager is not in Debian; FLOE_KISS=FILE names its script")
    place.write("/usr/local/bin/kiss", pathlib.Path(program).read_text(encoding="utf-8"))
    place.run("chmod 755 /usr/local/bin/kiss", as_root=True)
    place.run("rm -rf ./*\nmkdir lzo")
    place.write("lzo/version", "2.10 1\n")
    place.write("lzo/sources", "/home/builder/lzo2_2.10.orig.tar.gz\n")


def verify(place: Place) -> None:
    place.run("tar -tf ~/.cache/kiss/bin/lzo@2.10-1.tar.* | grep usr/lib/liblzo2.a")


RECIPES = [
    Recipe("kiss", "build-systems/kiss.md", "KISS Linux", source="lzo2", packages=("file", "xz-utils", "curl", "openssl", "b3sum"), prepare=write_package,
           verify=verify, least=20),
]
