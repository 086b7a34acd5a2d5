# shellcheck shell=bash
# Builds of a project, one after the other at the same path, so that paths in the objects are equal: the tree is built at
# $TREES/NAME and then moved aside. The caller sets TREES (an empty directory) and JOBS.

. "${BASH_SOURCE[0]%/*}/debian-source.sh"
. "${BASH_SOURCE[0]%/*}/projects.sh"

project_source() { echo "$FLOE_DOWNLOADS/real-builds/source/$(project_package "$1")"; }

fetch_project() {
    case $(project_package "$1") in
        linux-source) fetch_kernel_source "$(project_source "$1")" ;;
        *) fetch_debian_source "$(project_package "$1")" "$(project_source "$1")" ;;
    esac
}

# recipe PREFIX-ARRAY FUNCTION NAME: runs a function of projects.sh in a shell of its own, behind the words of the array.
recipe() {
    local -n recipe_prefix=$1
    # shellcheck disable=SC2016
    "${recipe_prefix[@]}" env "TREE=$TREES/$3" "LAUNCHER=$LAUNCHER" "JOBS=$JOBS" \
        bash -euc '. "$0/common.sh"; . "$0/projects.sh"; "$@"' "$FLOE_REPO/scripts/lib" "$2" "$3"
}

# Words before what configures a project, for builds that run on another host than this.
BUILD_HOST=()

# build_tree NAME LAUNCHER PREFIX-ARRAY [BEFORE]: builds a fresh copy of the source at $TREES/NAME. BEFORE, if given, is called between
# configuring and compiling. Puts the milliseconds of compiling into BUILD_MILLIS. The log is $TREES/NAME.log.
# shellcheck disable=SC2034
build_tree() {
    local name=$1 LAUNCHER=$2 start log=$TREES/$1.log
    rm -rf "${TREES:?}/$name"
    cp -a "$(project_source "$name")" "$TREES/$name"
    if ! FLOE_MODE=off recipe BUILD_HOST configure_project "$name" >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        say "configuring $name failed"
        return 1
    fi
    [ -z "${4:-}" ] || "$4"
    start=$(milliseconds)
    if ! recipe "$3" compile_project "$name" >>"$log" 2>&1 </dev/null; then
        BUILD_MILLIS=$(($(milliseconds) - start))
        tail -n 20 "$log" >&2
        say "building $name failed"
        return 1
    fi
    BUILD_MILLIS=$(($(milliseconds) - start))
}

# keep_tree NAME AS: moves the built tree aside.
keep_tree() {
    rm -rf "${TREES:?}/$2"
    mv "$TREES/$1" "$TREES/$2"
}

# compare_trees NAME LAUNCHER: puts how many files were compared, how many differ and how many of the others differ between plain builds
# as well into COMPARED, DIFFERING and EXCUSED; those that differ are listed in $TREES/NAME.differing. Compares $TREES/NAME.plain
# with $TREES/NAME.
compare_trees() {
    local counts
    counts=$(python3 "$FLOE_REPO/scripts/lib/compare.py" "$1" "$2" "$TREES/$1.plain" "$TREES/$1" 2>"$TREES/$1.differing")
    # shellcheck disable=SC2034
    read -r COMPARED DIFFERING EXCUSED <<<"$counts"
    sed "s|^|  $1: |" "$TREES/$1.differing" | head -n 20 >&2
}
