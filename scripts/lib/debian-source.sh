# shellcheck shell=bash
# Source packages of the distribution this machine runs, fetched without touching /etc: apt's own configuration (its mirrors,
# proxies and keys) says from where, a private directory holds the lists.

# The machine's own sources with each "deb" turned into "deb-src", as files in directory $1.
write_source_lists() {
    local into=$1 list file
    rm -rf -- "$into"
    mkdir -p "$into"
    eval "$(apt-config shell list Dir::Etc::sourcelist/f parts Dir::Etc::sourceparts/d)"
    # shellcheck disable=SC2154
    for file in "$list" "$parts"/*.list; do
        if [ -f "$file" ]; then
            sed -n -E 's/^[[:space:]]*deb(-src)?[[:space:]]/deb-src /p' "$file" | sort -u >"$into/$(basename "$file" .list).list"
        fi
    done
    for file in "$parts"/*.sources; do
        if [ -f "$file" ]; then
            sed -E 's/^[Tt]ypes:.*/Types: deb-src/' "$file" >"$into/${file##*/}"
        fi
    done
}

# source_apt get|cache WORD...: runs apt-get or apt-cache with the private lists below $FLOE_APT.
source_apt() {
    local program=apt-$1
    shift
    "$program" -q -o "Dir::Etc::sourcelist=$FLOE_APT/none.list" -o "Dir::Etc::sourceparts=$FLOE_APT/sources.d" \
        -o "Dir::State::lists=$FLOE_APT/lists" -o "Dir::Cache=$FLOE_APT/cache" -o APT::Sandbox::User=root \
        -o Acquire::Languages=none -o APT::Get::List-Cleanup=0 "$@"
}

# each_version PACKAGE COMMAND...: runs the command with PACKAGE=VERSION, the newest version first, until it succeeds. A mirror may list
# a version whose files it does not have.
each_version() {
    local package=$1 version
    shift
    for version in $(source_apt cache madison "$package" | awk -F'|' '/ Sources/ { gsub(/ /, "", $2); print $2 }' | uniq); do
        "$@" "$package=$version" && return
    done
    return 1
}

# fetch_debian_source PACKAGE DIRECTORY: the unpacked and patched source of PACKAGE at DIRECTORY. Kept once it is there.
fetch_debian_source() {
    have dpkg-source || die "dpkg-source is missing; run scripts/setup build-projects"
    fetch_source "$1" "$2" patched_source
}

patched_source() { each_version "$1" source_apt get source; }

# fetch_upstream_source PACKAGE DIRECTORY: the same without the distribution's changes.
fetch_upstream_source() { fetch_source "$1" "$2" upstream_source; }

upstream_source() {
    each_version "$1" source_apt get source --tar-only
    tar -xf ./*.orig.tar.*
}

fetch_source() {
    local package=$1 directory=$2 unpack=$3 into
    [ -d "$directory" ] && return 0
    FLOE_APT=$FLOE_DOWNLOADS/apt
    if [ -z "${FLOE_APT_READY:-}" ]; then
        mkdir -p "$FLOE_APT/lists/partial" "$FLOE_APT/cache/archives/partial"
        write_source_lists "$FLOE_APT/sources.d"
        # A third party's archive may have no sources; what counts is whether the package is found.
        source_apt get update >"$FLOE_APT/update.log" 2>&1 || true
        FLOE_APT_READY=1
    fi
    say "fetching the source of $package"
    mkdir -p "$(dirname "$directory")"
    into=$(mktemp -d "$directory.XXXXXX")
    if ! (cd "$into" && "$unpack" "$package") >"$FLOE_APT/$package.log" 2>&1; then
        rm -rf -- "$into"
        tail -n 5 "$FLOE_APT/update.log" "$FLOE_APT/$package.log" >&2
        die "apt-get could not fetch the source package $package (logs are in $FLOE_APT)"
    fi
    mv -- "$(find "$into" -mindepth 1 -maxdepth 1 -type d | head -n 1)" "$directory"
    rm -rf -- "$into"
}

# fetch_kernel_source DIRECTORY: the source of the distribution's kernel at DIRECTORY. It is a package of its own, not installed here.
fetch_kernel_source() {
    local directory=$1 unpack package
    [ -d "$directory" ] && return 0
    package=$(apt-cache depends linux-source | sed -n 's/^ *Depends: //p')
    [ -n "$package" ] || die "apt knows no package linux-source; run apt-get update"
    say "fetching the package $package"
    mkdir -p "$(dirname "$directory")"
    unpack=$(mktemp -d "$directory.XXXXXX")
    if ! (cd "$unpack" && apt-get -q -o APT::Sandbox::User=root download "$package") >"$unpack/log" 2>&1; then
        tail -n 5 "$unpack/log" >&2
        rm -rf -- "$unpack"
        die "apt-get could not fetch the package $package; run apt-get update"
    fi
    dpkg-deb --fsys-tarfile "$unpack"/*.deb | tar -x -O -f - --wildcards './usr/src/*.tar.xz' | tar -x -J -C "$unpack" -f -
    mv -- "$unpack/$package" "$directory"
    rm -rf -- "$unpack"
}
