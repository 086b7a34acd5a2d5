"""Yocto's directory of host tools, which is all of PATH."""

from recipes.recipe import Place, Recipe

# The names that bitbake links (HOSTTOOLS), as far as this build needs them; the first of a name in PATH counts.
TOOLS = ("ar as awk basename bash cat chmod cmp cp cut date diff dirname echo egrep env expr false file find g++ gcc getopt grep gzip head hostname id install ld ln ls "
         "make mkdir mktemp mv nm nproc objcopy objdump od printf pwd ranlib readelf rm rmdir sed sh sleep sort strip tail tar test touch tr true uname uniq wc which xargs")
# As bitbake's setup_hosttools_dir: a link to the file that PATH leads to, under the same name.
HOSTTOOLS = f"""#!/bin/bash
# hosttools DIRECTORY: links the tools of PATH into it
mkdir -p "$1"
for tool in {TOOLS}; do
    found=$(type -P "$tool") || continue
    ln -s "$found" "$1/$tool"
done
"""


def write_hosttools(place: Place) -> None:
    place.write("/usr/local/bin/hosttools", HOSTTOOLS)
    place.run("chmod 755 /usr/local/bin/hosttools", as_root=True)


RECIPES = [
    Recipe("yocto-hosttools", "build-systems/yocto.md", "Yocto's hosttools", packages=("file",), source="lzo2", prepare=write_hosttools, least=20),
    Recipe("bitbake", "build-systems/yocto.md", "Yocto", missing="bitbake and its layers are not in Debian"),
]
