# shellcheck shell=bash
# The archive for any Linux, and the source. Sourced by scripts/package.

# package_tar: floe-VERSION-linux-MACHINE.tar.zst, with `install` in it.
package_tar() {
    local name=floe-$FLOE_VERSION-linux-$FLOE_MACHINE top
    top=$work/tar/floe
    mkdir -p "$top"
    cp -a "$tree/usr/." "$top/"
    install -m 755 "$FLOE_REPO/packaging/tar/install" "$top/install"
    install -m 755 "$FLOE_REPO/packaging/tar/uninstall" "$top/lib/floe/uninstall"
    normalize "$top"
    archive "$work/tar" floe | zstd -q "-$(level 19)" -T1 -o "$output/$name.tar.zst" -f
    made "$name.tar.zst"
}

# package_source: what git has of the commit.
package_source() {
    git -C "$FLOE_REPO" archive --format=tar --prefix="floe-$FLOE_VERSION/" HEAD | gzip -n -9 >"$output/floe-$FLOE_VERSION.tar.gz"
    made "floe-$FLOE_VERSION.tar.gz"
}
