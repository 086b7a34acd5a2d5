#!/bin/bash
# Installs the last release, built from its commit, and prints where. The tests of versions side by side use it.
#
#   scripts/lib/last_release.sh
#
# .config/last-release names the commit. What is built is kept in the user's cache directory by the commit, so that this
# takes minutes once and no time later. Needs what `scripts/setup build` installs, and the repository with its history.
set -eu
. "$(dirname "$0")/common.sh"

case ${1:-} in
    --help | -h)
        print_help
        exit 0
        ;;
    ?*) wrong_usage "no such option: $1" ;;
esac

read -r version commit < <(grep -v '^#' "$FLOE_REPO/.config/last-release")
[ -n "$commit" ] || die ".config/last-release names no commit"
prefix=$FLOE_DOWNLOADS/releases/$commit
[ -e "$prefix/lib/floe/installed" ] && echo "$prefix" && exit 0

# A test may run as another user than the owner of the repository.
repository() { git -c "safe.directory=$FLOE_REPO" -C "$FLOE_REPO" "$@"; }

repository cat-file -e "$commit^{commit}" 2>/dev/null ||
    die "the repository does not have commit $commit of release $version; fetch its whole history: git fetch --unshallow"
mkdir -p "$prefix"
exec 9>"$prefix/lock"
flock 9 # another run may build it already
if ! [ -e "$prefix/lib/floe/installed" ]; then
    new_work_dir source
    # shellcheck disable=SC2154
    repository archive "$commit" | tar -x -C "$source"
    say "building release $version ($commit), once"
    env -u FLOE_REPO -u FLOE_PREFIX "$source/scripts/install" "$prefix" >"$prefix/build.log" 2>&1 </dev/null 9>&- ||
        die "release $version cannot be built; see $prefix/build.log"
fi
echo "$prefix"
