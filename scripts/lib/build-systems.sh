# shellcheck shell=bash
# The projects that stand for a way of building rather than for code: each exercises the wrapper differently. Where it is the
# configuring that is tried, it is part of `compile_NAME`.

BUILD_SYSTEM_PROJECTS=(sed-autotools libevent-autotools dav1d-meson leveldb-pch lua-coverage lua-clang re2-clang lzo2-deb kernel-tiny kernel-defconfig
    libzstd-mingw re2-mingw zlib-musl)

# Puts the links named as compilers first in PATH.
use_links() {
    if [ -n "$LAUNCHER" ]; then PATH=${LAUNCHER%/bin/*}/lib/floe/compilers:$PATH; fi
}

# Autotools with the links: configure finds `gcc` in PATH, so all that it writes is equal. But for what automake measures with a
# clock, which is a matter of how busy the machine is.
configure_sed-autotools() { :; }
compile_sed-autotools() {
    use_links
    cd "$TREE" || return
    ./configure -C am_cv_filesystem_timestamp_resolution=1
    make -j "$JOBS"
}

# Autotools with the prefix, and libtool.
configure_libevent-autotools() {
    local made
    # Debian's patches are newer than what automake made of their files.
    for made in aclocal.m4 configure config.h.in Makefile.in; do
        touch "$TREE/$made"
    done
}
compile_libevent-autotools() {
    cd "$TREE" || return
    ./configure -C --disable-openssl CC="${LAUNCHER:+$LAUNCHER }gcc"
    make -j "$JOBS"
}

# Ninja takes the .d files into a log of its own, which is written out as text.
configure_dav1d-meson() { :; }
compile_dav1d-meson() {
    CC="${LAUNCHER:+$LAUNCHER }gcc" meson setup --buildtype=debugoptimized "$TREE/floe-build" "$TREE"
    ninja -C "$TREE/floe-build" -j "$JOBS"
    ninja -C "$TREE/floe-build" -t deps |
        awk 'BEGIN { RS = "" } { gsub(/, deps mtime [0-9]+/, ""); gsub(/\n */, " "); print }' | sort >"$TREE/floe-build/ninja-deps"
}

configure_leveldb-pch() { configure_leveldb "-DCMAKE_PROJECT_leveldb_INCLUDE=$FLOE_REPO/scripts/lib/precompiled.cmake"; }
compile_leveldb-pch() { compile_leveldb; }

configure_lua-coverage() { configure_lua5_4; }
compile_lua-coverage() { compile_lua5_4 "MYCFLAGS=--coverage" "MYLDFLAGS=--coverage"; }

configure_lua-clang() { configure_lua5_4; }
compile_lua-clang() { compile_lua5_4 "CC=${LAUNCHER:+$LAUNCHER }clang -std=gnu99"; }

configure_re2-clang() { configure_re2 -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++; }
compile_re2-clang() { compile_re2; }

# dpkg-buildpackage puts its packages beside the source.
configure_lzo2-deb() {
    mkdir "$TREE.inner"
    mv "$TREE" "$TREE.inner/source"
    mv "$TREE.inner" "$TREE"
}
compile_lzo2-deb() {
    use_links
    cd "$TREE/source" || return
    unset SOURCE_DATE_EPOCH
    DEB_BUILD_OPTIONS="parallel=$JOBS nocheck" dpkg-buildpackage -b -us -uc
}

# The stamps that kbuild puts into the kernel.
kbuild() {
    make -C "$TREE" -j "$JOBS" KBUILD_BUILD_TIMESTAMP='Tue Nov 14 22:13:20 UTC 2023' KBUILD_BUILD_USER=floe KBUILD_BUILD_HOST=floe \
        KBUILD_BUILD_VERSION=1 "$@"
}

configure_kernel-tiny() { :; }
compile_kernel-tiny() {
    local compilers=("CC=${LAUNCHER:+$LAUNCHER }gcc" "HOSTCC=${LAUNCHER:+$LAUNCHER }gcc")
    kbuild "${compilers[@]}" tinyconfig
    kbuild "${compilers[@]}" vmlinux
}

# A part of it, so that it takes minutes.
configure_kernel-defconfig() { :; }
compile_kernel-defconfig() {
    use_links
    kbuild defconfig
    kbuild prepare
    kbuild lib/ fs/ext4/ kernel/sched/ kernel/time/
}

# Compilers for Windows: by name in a makefile, with the links in PATH; and by CMake with the launcher. re2 wants the one whose library has
# threads.
configure_libzstd-mingw() { :; }
compile_libzstd-mingw() {
    use_links
    make -C "$TREE/lib" -j "$JOBS" BUILD_DIR=obj/floe TARGET_SYSTEM=Windows_NT CC=x86_64-w64-mingw32-gcc AR=x86_64-w64-mingw32-ar libzstd.a
}

configure_re2-mingw() {
    configure_re2 -DCMAKE_SYSTEM_NAME=Windows -DCMAKE_C_COMPILER=x86_64-w64-mingw32-gcc-posix \
        -DCMAKE_CXX_COMPILER=x86_64-w64-mingw32-g++-posix
}
compile_re2-mingw() { compile_re2; }

# A script around gcc, which comes back through the links.
configure_zlib-musl() { :; }
compile_zlib-musl() {
    use_links
    cd "$TREE" || return
    CC=musl-gcc ./configure
    make -j "$JOBS"
}
