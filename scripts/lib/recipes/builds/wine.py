"""Wine: a part of it, with mingw for what is a program of Windows."""

from recipes.recipe import Place, Recipe

PACKAGES = ("autoconf", "bison", "flex", "gettext", "gcc-mingw-w64-x86-64", "unicode-data", "khronos-api", "unzip", "libvulkan-dev", "libxml-libxml-perl", "python3", "perl",
            "libwww-perl")
# What Debian's package makes before it configures; the source has none of it.
GENERATE = """./debian/scripts/generate server/trace.generated make_requests
./debian/scripts/generate server/request.generated make_requests
./tools/make_unicode
./tools/make_requests
(cd dlls/dsound && ./make_fir)
(cd dlls/opengl32 && ./make_opengl)
(cd dlls/winevulkan && ./make_vulkan -x /usr/share/vulkan/registry/vk.xml)
autoreconf --force --install"""


def generate(place: Place) -> None:
    place.run(GENERATE)


RECIPES = [
    Recipe("wine", "build-systems/wine.md", "Wine, one library of it", packages=PACKAGES, source="wine", prepare=generate, least=20),
]
