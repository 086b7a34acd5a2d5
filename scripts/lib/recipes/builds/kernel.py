"""The Linux kernel, with its smallest configuration."""

from recipes.recipe import Place, Recipe

VERSION = "linux-source-6.1"
TOOLS = ("bc", "bison", "flex", "libelf-dev", "xz-utils")
# What the page lists.
LOCAL = ("name of a file is computed by a macro", "reads standard input", "option is not known")


def unpack(place: Place) -> None:
    place.run(f"rmdir ../project\ntar -C .. -xf /usr/src/{VERSION}.tar.xz\nmv ../{VERSION} ../project")


RECIPES = [
    Recipe("kernel", "build-systems/kernel.md", "Linux, tinyconfig", packages=(VERSION, *TOOLS), prepare=unpack, local=LOCAL, least=200),
]
