# shellcheck shell=bash
# Makes the root of a board: a Debian of another architecture, whose programs an emulator runs. scripts/e2e/harness/board.py starts it. Needs root.

# What projects need on a board, besides what is always there.
BOARD_PACKAGES=gcc,g++,clang,make,libc6-dev,cmake,libtool,libtool-bin,libreadline-dev,pkg-config,bc,bison,flex,python3,python3-six,unicode-data

board_root() { echo "$FLOE_DOWNLOADS/boards/$1"; }

# fetch_board ARCHITECTURE: makes the root once; takes some minutes.
fetch_board() {
    local root suite
    root=$(board_root "$1")
    if [ -e "$root/.complete" ]; then
        [ "$(cat "$root/.complete")" = "$BOARD_PACKAGES" ] || install_on_board "$root" "${BOARD_PACKAGES//,/ }"
        echo "$BOARD_PACKAGES" >"$root/.complete"
        return 0
    fi
    # shellcheck source=/dev/null
    suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-stable}")
    say "making a Debian $suite for $1 in $root"
    rm -rf "$root"
    mkdir -p "$root"
    mmdebstrap --quiet --variant=apt "--architectures=$1" "--include=$BOARD_PACKAGES" "$suite" "$root" \
        "deb http://deb.debian.org/debian $suite main" || die "the root of the board could not be made"
    echo "$BOARD_PACKAGES" >"$root/.complete"
}

# install_on_board ROOT PACKAGES: PACKAGES are words.
install_on_board() {
    local packages
    read -ra packages <<<"$2"
    say "installing ${packages[*]} in $1"
    chroot "$1" /usr/bin/env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -euc '
        apt-get update -q
        apt-get install -y -q --no-install-recommends "$@"' install "${packages[@]}" >&2 || die "packages could not be installed in $1"
}

# fetch_cross_compiler ARCHITECTURE: puts a gcc that runs on the board and compiles for this machine into its root.
fetch_cross_compiler() {
    local root target
    root=$(board_root "$1")
    target=$(gcc -dumpmachine)
    [ ! -x "$root/usr/bin/$target-g++" ] || return 0
    install_on_board "$root" "gcc-${target//_/-} g++-${target//_/-}"
}
