# shellcheck shell=bash
# The sources of projects, and a build of one. The caller sets TREES (an empty directory) and JOBS.

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

# build_tree NAME LAUNCHER PREFIX-ARRAY: builds a fresh copy of the source at $TREES/NAME, compiling behind the words of the array. Puts the
# milliseconds of compiling into BUILD_MILLIS. The log is $TREES/NAME.log.
# shellcheck disable=SC2034
build_tree() {
    local name=$1 LAUNCHER=$2 start log=$TREES/$1.log none=()
    rm -rf "${TREES:?}/$name"
    cp -a "$(project_source "$name")" "$TREES/$name"
    if ! FLOE_MODE=off recipe none configure_project "$name" >"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        say "configuring $name failed"
        return 1
    fi
    start=$(milliseconds)
    if ! recipe "$3" compile_project "$name" >>"$log" 2>&1 </dev/null; then
        tail -n 20 "$log" >&2
        say "building $name failed"
        return 1
    fi
    BUILD_MILLIS=$(($(milliseconds) - start))
}
