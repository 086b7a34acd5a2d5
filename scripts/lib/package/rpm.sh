# shellcheck shell=bash
# The package for Fedora, openSUSE and their like, by rpmbuild. Sourced by scripts/package.

# package_rpm: floe-VERSION-1.MACHINE.rpm
package_rpm() {
    local top=$work/rpm name=floe-$FLOE_VERSION-1.$FLOE_MACHINE.rpm
    have rpmbuild || die "rpmbuild is missing; install the package rpm"
    mkdir -p "$top/BUILDROOT" "$top/tmp"
    fill_in "$FLOE_REPO/packaging/rpm/floe.spec" >"$top/floe.spec"
    rpmbuild -bb --quiet --nodeps --target "$FLOE_MACHINE" --buildroot "$top/BUILDROOT/floe" \
        --define "_topdir $top" --define "_tmppath $top/tmp" --define "_rpmdir $top" --define "_rpmfilename $name" \
        --define "floe_tree $tree" --define '_buildhost reproducible' --define 'use_source_date_epoch_as_buildtime 1' \
        --define 'clamp_mtime_to_source_date_epoch 1' --define '_build_id_links none' --define "_binary_payload w$(level 19).zstdio" \
        --define '_source_filedigest_algorithm 8' --define '_binary_filedigest_algorithm 8' --define '_docdir /usr/share/doc' \
        "$top/floe.spec" >"$work/rpm.log" 2>&1 || {
        tail -n 20 "$work/rpm.log" >&2
        die "rpmbuild could not make the package"
    }
    mv "$top/$name" "$output/$name"
    made "$name"
}
