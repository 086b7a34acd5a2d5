# shellcheck shell=bash
# CPU time of groups of processes, whole trees of them, as the kernel counts it: cgroup v1 cpuacct where it is mounted, else v2.
# Needs root.

# The directory below which groups are made, put into FLOE_CGROUPS; fails where there is none.
find_cgroups() {
    local type directory rest
    [ -n "${FLOE_CGROUPS:-}" ] && return 0
    while read -r _ directory type rest; do
        case $type:,${rest%% *}, in
            cgroup:*,cpuacct,*) FLOE_CGROUPS=$directory && return 0 ;;
            cgroup2:*) FLOE_CGROUPS=$directory ;;
        esac
    done </proc/mounts
    [ -n "${FLOE_CGROUPS:-}" ]
}

# make_cgroup NAME: a new group floe-PID-NAME, removed with all in it when the script ends; its directory is cgroup_directory NAME.
make_cgroup() {
    find_cgroups || die "no cgroup hierarchy that counts CPU time is mounted"
    remove_stale_cgroups
    mkdir "$(cgroup_directory "$1")" || die "cannot make the cgroup $(cgroup_directory "$1") (this needs root)"
    at_exit "remove_cgroup '$(cgroup_directory "$1")'"
}

cgroup_directory() { echo "$FLOE_CGROUPS/floe-$$-$1"; }

remove_cgroup() {
    local try pid
    [ -d "$1" ] || return 0
    for try in 1 2 3 4 5 6 7 8 9; do
        rmdir "$1" 2>/dev/null && return 0
        while read -r pid; do
            kill -KILL "$pid" 2>/dev/null || true
        done <"$1/cgroup.procs"
        sleep "0.$try"
    done
    warn "the cgroup $1 could not be removed"
}

# What a script that was killed hard has left: its process is gone.
remove_stale_cgroups() {
    local directory id
    for directory in "$FLOE_CGROUPS"/floe-*-*; do
        id=${directory#"$FLOE_CGROUPS"/floe-}
        id=${id%%-*}
        if [ -d "$directory" ] && ! [ -d "/proc/$id" ]; then
            remove_cgroup "$directory"
        fi
    done
}

# cgroup_prefix ARRAY NAME: appends to ARRAY the words that make the command after them run in the group.
cgroup_prefix() {
    local -n prefix_of_cgroup=$1
    # shellcheck disable=SC2016
    prefix_of_cgroup+=(sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$(cgroup_directory "$2")")
}

# cgroup_cpu NAME: milliseconds of CPU that the group has used.
cgroup_cpu() {
    local directory key value
    directory=$(cgroup_directory "$1")
    if [ -r "$directory/cpuacct.usage" ]; then
        read -r value <"$directory/cpuacct.usage"
        echo $((value / 1000000))
        return
    fi
    while read -r key value; do
        if [ "$key" = usage_usec ]; then
            echo $((value / 1000))
            return
        fi
    done <"$directory/cpu.stat"
}
