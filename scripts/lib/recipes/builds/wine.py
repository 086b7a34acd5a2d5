"""Wine: a part of it, with mingw for what is a program of Windows."""

from recipes.recipe import Place, Recipe

PACKAGES = ("autoconf", "autotools-dev", "bison", "flex", "gettext", "gcc-mingw-w64-x86-64", "unicode-data", "khronos-api", "unzip", "libvulkan-dev", "libxml-libxml-perl", "python3", "perl",
            "libwww-perl")
# What Debian's package makes before it configures, and its source has not: the commands of its own debian/rules.
GENERATE = r"""sed -n '/^override_dh_auto_configure:/,/# execute/p' debian/rules | sed -n 's/^\t\([^#$].*\)/(\1)/p' | grep -v libs/zlib >generate.sh
sh -ex generate.sh
autoreconf --force"""


def generate(place: Place) -> None:
    place.run(GENERATE)


RECIPES = [
    Recipe("wine", "build-systems/wine.md", "Wine, one library of it", packages=PACKAGES, source="wine", prepare=generate, least=20),
]
