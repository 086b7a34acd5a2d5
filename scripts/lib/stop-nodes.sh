#!/bin/sh
# Stops the nodes of this installation that no service manager has started, such as that of `floe setup`. Packages run it before they are removed.
#
#   stop-nodes [--outdated]
#
#   --outdated   stop nothing, and print the nodes that still run a replaced release, with the command for each;
#                packages do so after an upgrade
#
# A node is known by its Java or, if it runs on another, by its command line. Those of other installations go on, and so do those in containers and
# chroots. A node that has not ended after 10 s is killed.
set -u
LC_ALL=C
export LC_ALL
home=$(dirname "$(readlink -f "$0")")

# The shells of all distributions know -ef.
# shellcheck disable=SC3013
is_node() {
    [ "$1/root" -ef / ] || return 1
    [ "$1/exe" -ef "$home/runtime/bin/java" ] || tr '\0' '\n' <"$1/cmdline" | grep -q -x -F -e "-Dfloe.home=$home"
}

# The numbers of the processes. Those of other users, which this user may not look at, are none of them.
nodes() {
    for process in /proc/[0-9]*; do
        ! is_node "$process" || echo "${process#/proc/}"
    done 2>/dev/null
}

# Whether a file of this installation that the process has open has been replaced since. $1 is its directory in /proc.
is_outdated() {
    for link in "$1/exe" "$1"/fd/*; do
        case $(readlink "$link") in
            "$home"/*' (deleted)') return 0 ;;
        esac
    done 2>/dev/null
    return 1
}

# One line for a node, which `floe restart` as its user restarts, whoever has started it.
print_outdated() {
    for process in $(nodes); do
        if is_outdated "/proc/$process"; then
            user=$(stat -c %U "/proc/$process")
            echo "floe: the node of $user (process $process) still runs the release from before the upgrade;" \
                "as $user run: floe restart"
        fi
    done 2>/dev/null
}

if [ "${1:-}" = --outdated ]; then
    print_outdated
    exit 0
fi

# send SIGNAL: to all of them; false if there are none.
send() {
    running=$(nodes)
    [ -n "$running" ] || return 1
    # shellcheck disable=SC2086
    kill -s "$1" $running 2>/dev/null || true
}

send TERM || exit 0
for _ in 1 2 3 4 5 6 7 8 9 10; do
    sleep 1
    [ -n "$(nodes)" ] || exit 0
done
send KILL || true
