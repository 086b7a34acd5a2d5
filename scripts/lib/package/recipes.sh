# shellcheck shell=bash
# Recipes with which other distributions make their packages: Arch, Gentoo, Alpine. Sourced by scripts/package.

# package_arch: floe-VERSION-1.src.tar.gz, in which makepkg finds PKGBUILD and the source.
package_arch() {
    local directory=$work/arch/floe name=floe-$FLOE_VERSION-1.src.tar.gz
    mkdir -p "$directory"
    need_source
    cp "$output/floe-$FLOE_VERSION.tar.gz" "$directory/"
    fill_in "$FLOE_REPO/packaging/arch/PKGBUILD" >"$directory/PKGBUILD"
    cp "$FLOE_REPO"/packaging/arch/{floe.install,floe-compilers.hook} "$directory/"
    normalize "$directory"
    archive "$work/arch" floe | gzip -n -9 >"$output/$name"
    made "$name"
}

# package_gentoo: floe-VERSION-gentoo-overlay.tar.gz, a repository of ebuilds.
package_gentoo() {
    local overlay=$work/gentoo/floe-overlay name=floe-$FLOE_VERSION-gentoo-overlay.tar.gz
    mkdir -p "$overlay"
    cp -a "$FLOE_REPO/packaging/gentoo/." "$overlay/"
    fill_in "$FLOE_REPO/packaging/gentoo/dev-util/floe-bin/floe-bin.ebuild" >"$overlay/dev-util/floe-bin/floe-bin-$FLOE_VERSION.ebuild"
    rm "$overlay/dev-util/floe-bin/floe-bin.ebuild"
    normalize "$overlay"
    archive "$work/gentoo" floe-overlay | gzip -n -9 >"$output/$name"
    made "$name"
}

# package_alpine: floe-VERSION-alpine.tar.gz, in which abuild finds APKBUILD and the source.
package_alpine() {
    local directory=$work/alpine/floe name=floe-$FLOE_VERSION-alpine.tar.gz
    mkdir -p "$directory"
    need_source
    cp "$output/floe-$FLOE_VERSION.tar.gz" "$directory/"
    fill_in "$FLOE_REPO/packaging/alpine/APKBUILD" >"$directory/APKBUILD"
    cp "$FLOE_REPO"/packaging/alpine/floe.{pre-install,post-install,post-upgrade,trigger,pre-deinstall} "$directory/"
    normalize "$directory"
    archive "$work/alpine" floe | gzip -n -9 >"$output/$name"
    made "$name"
}

need_source() { [ -f "$output/floe-$FLOE_VERSION.tar.gz" ] || package_source; }

# sum_of PROGRAM FILE: nothing, if the file is not made.
sum_of() { [ ! -f "$2" ] || "$1" <"$2" | cut -d ' ' -f 1; }

# fill_in FILE: the file with the release's values at the marks.
fill_in() {
    local source=$output/floe-$FLOE_VERSION.tar.gz
    sed -e "s|@version@|$FLOE_VERSION|g" -e "s|@homepage@|$FLOE_HOMEPAGE|g" -e "s|@maintainer@|$FLOE_MAINTAINER|g" \
        -e "s|@source_sha256@|$(sum_of sha256sum "$source")|g" -e "s|@source_sha512@|$(sum_of sha512sum "$source")|g" \
        -e "s|@hook_sha256@|$(sum_of sha256sum "$FLOE_REPO/packaging/arch/floe-compilers.hook")|g" "$1"
}
