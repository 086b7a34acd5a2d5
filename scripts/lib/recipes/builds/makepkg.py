"""makepkg, with the archive of a source that was fetched before."""

from recipes.recipe import Place, Recipe

PAGE = "build-systems/makepkg.md"
PKGBUILD = """pkgname=lzo-test
pkgver=2.10
pkgrel=1
arch=(x86_64)
source=(file://$HOME/lzo2_2.10.orig.tar.gz)
sha256sums=(SKIP)

build() {
    cd lzo-2.10
    ./configure --prefix=/usr
    make
}

package() {
    cd lzo-2.10
    make DESTDIR="$pkgdir" install
}
"""


def write_pkgbuild(place: Place) -> None:
    place.run("rm -rf ../project/*")
    place.write("PKGBUILD", PKGBUILD)


def verify(place: Place) -> None:
    place.run("bsdtar -tf lzo-test-2.10-1-*.pkg.tar* | grep usr/lib/liblzo2.a")


RECIPES = [
    Recipe("makepkg", PAGE, "makepkg", packages=("makepkg", "pacman-package-manager", "libarchive-tools", "curl", "fakeroot", "file", "zstd"), source="lzo2",
           prepare=write_pkgbuild, verify=verify, least=20),
    Recipe("makechrootpkg", PAGE, "makepkg in a clean chroot", missing="makechrootpkg is in Arch only, and needs an archive of Arch"),
]
