# shellcheck shell=bash
# What every script here begins with: where the repository is, how to speak, how to end.

FLOE_REPO=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
FLOE_DOWNLOADS=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/floe
export FLOE_REPO FLOE_DOWNLOADS
# File names, messages and what bash reads of \u escapes do not depend on the caller's locale.
export LC_ALL=C.UTF-8

say() { printf '%s\n' "$*" >&2; }
warn() { printf '%s: warning: %s\n' "${0##*/}" "$*" >&2; }
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# A mistake on the command line: one line, exit code 2.
wrong_usage() {
    printf '%s: %s (see %s --help)\n' "${0##*/}" "$*" "${0##*/}" >&2
    exit 2
}

# The comment at the head of a script is its help.
print_help() {
    sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p}' "$0"
}

have() { command -v "$1" >/dev/null 2>&1; }

is_root() { [ "$(id -u)" -eq 0 ]; }

# The observer's file for programs of this machine.
observer_library() {
    case $(uname -m) in
        arm*) echo libfloe-observer-arm.so ;;
        i?86) echo libfloe-observer-i386.so ;;
        *) echo "libfloe-observer-$(uname -m).so" ;;
    esac
}

# Runs the given commands at exit, the last one first; also when a signal ends the script.
FLOE_AT_EXIT=()
at_exit() {
    if [ ${#FLOE_AT_EXIT[@]} -eq 0 ]; then
        trap run_at_exit EXIT
        trap 'exit 129' HUP
        trap 'exit 130' INT
        trap 'exit 143' TERM
    fi
    FLOE_AT_EXIT+=("$*")
}

run_at_exit() {
    local code=$? i
    trap '' HUP INT TERM
    set +e
    for ((i = ${#FLOE_AT_EXIT[@]} - 1; i >= 0; i--)); do
        eval "${FLOE_AT_EXIT[$i]}"
    done
    exit "$code"
}

# A new empty directory that is gone when the script ends (unless FLOE_KEEP=1); its name is put into the variable $1.
# The path has no symbolic link in it and nothing random in its depth, so that it can be compared and read.
new_work_dir() {
    local -n into=$1
    # shellcheck disable=SC2034
    into=$(cd "$(mktemp -d "${TMPDIR:-/tmp}/floe-${0##*/}.XXXXXX")" && pwd -P)
    at_exit "remove_work_dir '$into'"
}

remove_work_dir() {
    if [ "${FLOE_KEEP:-0}" = 1 ]; then
        say "kept: $1"
    else
        rm -rf -- "$1"
    fi
}

milliseconds() { echo "$(($(date +%s%N) / 1000000))"; }

# Milliseconds as seconds with one decimal.
seconds() { printf '%d.%d' $(($1 / 1000)) $(($1 % 1000 / 100)); }
