# shellcheck shell=bash
# The package for Debian and its derivatives, by dpkg-deb. Sourced by scripts/package.

deb_architecture() {
    case $FLOE_MACHINE in
        x86_64) echo amd64 ;;
        aarch64) echo arm64 ;;
    esac
}

# package_deb: floe_VERSION_ARCHITECTURE.deb
package_deb() {
    local root=$work/deb name
    name=floe_${FLOE_VERSION}_$(deb_architecture).deb
    mkdir -p "$root/DEBIAN"
    cp -a "$tree/usr" "$root/usr"
    install -D -m 644 "$FLOE_REPO/packaging/deb/copyright" "$root/usr/share/doc/floe/copyright"
    install -D -m 644 "$FLOE_REPO/packaging/deb/lintian-overrides" "$root/usr/share/lintian/overrides/floe"
    deb_changelog | gzip -n -9 >"$root/usr/share/doc/floe/changelog.gz"
    find "$root/usr/share/man" -type f -name '*.[1-9]' -exec gzip -n -9 {} +
    deb_control "$root" >"$root/DEBIAN/control"
    sed "s/@multiarch@/$FLOE_MACHINE-linux-gnu/" "$FLOE_REPO/packaging/deb/triggers" >"$root/DEBIAN/triggers"
    install -m 755 -t "$root/DEBIAN" "$FLOE_REPO"/packaging/deb/{postinst,prerm,postrm}
    normalize "$root"
    (cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
    chmod 644 "$root/DEBIAN/md5sums"
    dpkg-deb --root-owner-group -Zxz "-z$(level 9)" --threads-max=1 --build "$root" "$output/$name" >"$work/deb.log" 2>&1 || {
        cat "$work/deb.log" >&2
        die "dpkg-deb could not make the package"
    }
    made "$name"
}

deb_changelog() {
    printf 'floe (%s) unstable; urgency=medium\n\n  * /usr/share/doc/floe/CHANGELOG.md has what a user notices.\n\n -- %s  %s\n' \
        "$FLOE_VERSION" "$FLOE_MAINTAINER" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
}

# deb_control ROOT
deb_control() {
    cat <<END
Package: floe
Version: $FLOE_VERSION
Architecture: $(deb_architecture)
Maintainer: $FLOE_MAINTAINER
Installed-Size: $(du -k -s --apparent-size "$1/usr" | cut -f 1)
Depends: libc6 (>= 2.31), passwd
Recommends: libssl3t64 | libssl3 | libssl1.1
Suggests: gcc, clang, ccache
Section: devel
Priority: optional
Homepage: $FLOE_HOMEPAGE
Description: peer-to-peer compile mesh for C and C++
 Floe compiles C and C++ on the machines around you. Each machine runs one
 node. A small wrapper in front of gcc or clang hands each compile to the
 local node, and the mesh compiles it on the machine expected to finish
 first. There is no scheduler and no server, and results are cached for all.
 .
 This package has a Java runtime of its own. It starts no service: 'floe
 setup', or systemctl enable, does that.
END
}
