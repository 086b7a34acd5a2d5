#!/bin/sh
# Brings the links to floe-cc in lib/floe/compilers in step with the compilers of this machine: makes those that are missing, and removes
# those whose compiler is gone. Packages run it when a compiler is installed or removed; `floe compilers` runs it for a user.
#
#   update-compilers [--quiet | --remove | DIRECTORY...]
#
#   --quiet      print nothing; without it each link that is made or removed is printed, and at the end how many there are
#   --remove     remove all links
#   DIRECTORY    look for compilers there, instead of /usr/bin, /usr/local/bin and their like
set -eu
LC_ALL=C
export LC_ALL

home=$(dirname "$(readlink -f "$0")")
links=$home/compilers
target=../../../bin/floe-cc
quiet=no
remove=no
case ${1:-} in
    --quiet)
        quiet=yes
        shift
        ;;
    --remove)
        remove=yes
        shift
        ;;
    -*)
        echo "floe: no such option of compilers: $1 (see floe compilers --help)" >&2
        exit 2
        ;;
esac
[ $# -gt 0 ] || set -- /usr/bin /usr/local/bin /usr/lib/llvm/*/bin

# A compiler's name, with the prefix of a cross compiler and the suffix of a version.
names='^(cc|c\+\+|([a-z0-9_]+(-[a-z0-9_]+)*-)?(gcc|g\+\+|clang|clang\+\+)(-[0-9.]+)?(-posix|-win32)?)$'

# The names of the compilers in the given directories. Scripts such as musl-gcc call a compiler in turn, and are left alone, and so are links to Floe.
compilers() {
    for directory in "$@"; do
        for program in "$directory"/cc "$directory"/*gcc "$directory"/*gcc-* "$directory"/*++ "$directory"/*++-* "$directory"/*clang "$directory"/*clang-*; do
            if [ -f "$program" ] && [ -x "$program" ]; then
                printf '%s\n' "$program"
            fi
        done
    done | while read -r program; do
        name=${program##*/}
        if printf '%s\n' "$name" | grep -qE "$names" && ! is_script "$program" && ! leads_to_floe "$program"; then
            printf '%s\n' "$name"
        fi
    done | sort -u
}

is_script() { [ "$(head -c 2 "$1" 2>/dev/null | tr -d '\0')" = '#!' ]; }

leads_to_floe() {
    case $(readlink -f "$1") in
        */floe-cc) return 0 ;;
    esac
    return 1
}

say() { [ "$quiet" = yes ] || printf '%s\n' "$*"; }

is_ours() { [ -L "$1" ] && [ "$(readlink "$1")" = "$target" ]; }

if ! mkdir -p "$links" 2>/dev/null || ! [ -w "$links" ]; then
    echo "floe: $links cannot be written by this user; run this as the user who installed Floe" >&2
    exit 1
fi
found=
[ "$remove" = yes ] || found=$(compilers "$@")
for link in "$links"/*; do
    if is_ours "$link" && ! printf '%s\n' "$found" | grep -qxF "${link##*/}"; then
        rm -f "$link"
        [ "$remove" = yes ] || say "removed ${link##*/}: no such compiler any more"
    fi
done
count=0
for name in $found; do
    count=$((count + 1))
    if ! [ -e "$links/$name" ] && ! [ -L "$links/$name" ]; then
        ln -s "$target" "$links/$name"
        say "added $name"
    fi
done
[ "$remove" = yes ] || say "$count compilers have a link in $links"
