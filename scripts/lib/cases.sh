# shellcheck shell=bash
# The cases of an end-to-end suite. A suite is a script in scripts/e2e that defines functions case_NAME and ends with `run_cases "$@"`.
# Each case runs in a subshell under `set -eu`, in an empty directory of its own, in the order in which they are written, and prints one
# line: `ok NAME`, `not ok NAME: why` or `skip NAME: why`. With arguments only the cases of these names run. Exit code: 0 if none failed,
# 77 if all were skipped, 1 otherwise.
#
#   FLOE_E2E_VERBOSE=1   shows what a failed case has printed

. "${BASH_SOURCE[0]%/*}/common.sh"
. "${BASH_SOURCE[0]%/*}/mesh.sh"

EVENTUALLY_SECONDS=30 # seconds in which something that follows at once must have happened, on a machine that is busy

# begin_suite: the directory for everything, in WORK.
begin_suite() {
    ensure_floe
    unset FLOE_MODE FLOE_NODE FLOE_SOCKET FLOE_VERBOSE FLOE_SILENCE_MS FLOE_ACTIVE FLOE_LEVEL FLOE_CONFIG
    unset MAKEFLAGS SOURCE_DATE_EPOCH CPATH C_INCLUDE_PATH CPLUS_INCLUDE_PATH DEPENDENCIES_OUTPUT GCC_COLORS TERM
    export LC_ALL=C.UTF-8
    new_work_dir WORK
    MESH_DIR=$WORK/mesh
    mkdir "$MESH_DIR"
}

# begin_mesh COUNT KIND COMPILER...: starts it, and packs the compilers; the variable FLOE_SOCKET leads to node 1.
begin_mesh() {
    local name
    start_mesh "$1" "$2"
    save_pids
    FLOE_SOCKET=$(node_socket 1)
    export FLOE_SOCKET FLOE_MODE=remote
    for name in "${@:3}"; do
        "$FLOE" toolchain create "$name" >/dev/null || die "no toolchain is made of $name"
    done
}

# A suite for an ordinary user runs as nobody when root starts it, if nobody can read what it needs.
prefer_ordinary_user() {
    ensure_floe
    if is_root && [ -z "${FLOE_E2E_STAYED_ROOT:-}" ]; then
        export FLOE_PREFIX
        local user=(setpriv --reuid 65534 --regid 65534 --clear-groups)
        if "${user[@]}" test -r "$0" 2>/dev/null && "${user[@]}" test -r "$FLOE_PREFIX/lib/floe/installed" 2>/dev/null; then
            exec env FLOE_E2E_STAYED_ROOT=1 HOME=/nonexistent XDG_RUNTIME_DIR= TMPDIR=/tmp "${user[@]}" "$0" "$@"
        fi
    fi
}

# In a case: what ends it.
fail() {
    printf '%s\n' "$*" >"$CASE_WHY"
    exit 1
}
skip() {
    printf '%s\n' "$*" >"$CASE_WHY"
    exit 77
}
need_root() { is_root || skip 'this needs root'; }
need() { have "$1" || skip "there is no $1 here"; }

# In a case: runs the commands when it ends, the last one first.
FINALLY=()
finally() {
    [ ${#FINALLY[@]} -gt 0 ] || trap run_finally EXIT
    FINALLY+=("$*")
}
run_finally() {
    local code=$? i
    set +e
    for ((i = ${#FINALLY[@]} - 1; i >= 0; i--)); do
        eval "${FINALLY[$i]}"
    done
    exit "$code"
}

# Cases may restart nodes, and they are subshells: the ids of the nodes' processes are kept in files.
save_pids() {
    local node
    for node in "${!MESH_PIDS[@]}"; do
        echo "${MESH_PIDS[$node]}" >"$MESH_DIR/$node/pid"
    done
}
load_pids() {
    local node
    for node in "${!MESH_PIDS[@]}"; do
        read -r "MESH_PIDS[$node]" <"$MESH_DIR/$node/pid" || true
    done
}

# restart_node N [FORERUNNER...]: starts a node that has ended, behind the words of FORERUNNER, and waits until it serves its socket.
restart_node() {
    local node=$1
    shift
    : >"$MESH_DIR/$node/out"
    launch_node "$node" "$@"
    save_pids
    await_node "$node"
}

# kill_node N: at once and for good.
kill_node() {
    kill -KILL "${MESH_PIDS[$1]}"
    wait "${MESH_PIDS[$1]}" 2>/dev/null || true
    MESH_PIDS[$1]=
    save_pids
}

# eventually COMMAND...: until it succeeds, but no longer than EVENTUALLY_SECONDS.
eventually() {
    local deadline=$((SECONDS + EVENTUALLY_SECONDS))
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || return 1
        sleep 0.05
    done
}

# The compiler with the wrapper before it, or without.
WRAPPER=
compiler() { ${WRAPPER:+"$WRAPPER"} "$@"; }

# observe RESULT COMMAND...: runs it in the directory tree; leaves exit code and outputs in RESULT.code, RESULT.out and RESULT.err.
observe() {
    local result=$1 code=0
    shift
    (set +e && cd tree && "$@") >"$result.out" 2>"$result.err" </dev/null || code=$?
    echo "$code" >"$result.code"
    # Names of temporary files are random.
    sed -i 's|/cc[A-Za-z0-9]\{6\}\.|/ccXXXXXX.|g' "$result.out" "$result.err"
}

# plainly COMMAND...: runs it with FLOE_MODE=off and WRAPPER empty in a copy of the directory tree that stands at the same path;
# leaves the tree as plain.tree, and tree as it was.
plainly() {
    [ ! -e plain.tree ] || chmod -R u+rwX plain.tree
    rm -rf before plain.tree
    cp -a tree before
    WRAPPER='' FLOE_MODE=off observe plain "$@"
    mv tree plain.tree
    mv before tree
}

listing() { (cd "$1" && find . -printf '%P %y %m %l\n' | sort); }

# expect_like_plain: what is in floe.* and tree is what is in plain.* and plain.tree.
expect_like_plain() {
    cmp -s plain.code floe.code || fail "exit code $(cat floe.code), plainly $(cat plain.code); $(head -c 300 floe.err | tr '\n' '|')"
    cmp -s plain.err floe.err || fail "other error output: $(diff plain.err floe.err | sed -n 2,3p | tr '\n' '|')"
    cmp -s plain.out floe.out || fail "other output: $(diff plain.out floe.out | sed -n 2,3p | tr '\n' '|')"
    listing plain.tree >plain.files
    listing tree >floe.files
    cmp -s plain.files floe.files || fail "other files: $(diff plain.files floe.files | sed -n 2,4p | tr '\n' '|')"
    diff -r --no-dereference plain.tree tree >differing || fail "differs: $(head -n 1 differing)"
}

# same COMMAND...: the same comes of it plainly and through Floe. In the command `compiler gcc ...` is a compile.
same() {
    plainly "$@"
    mark_records
    WRAPPER=$FLOE_CC observe floe "$@"
    expect_like_plain
}

# same_compile COMPILER ARGUMENT...
same_compile() { same compiler "$@"; }

# Records of jobs, a JSON object a line. A node writes the record of a job after its wrapper has ended, so the log may still lack those of this
# case and may still get those of the case before. What counts are jobs that started after the mark in the directory JOBS_IN, or below it, or
# outside WORK altogether.
mark_records() { JOBS_SINCE=$(date -u +%Y-%m-%dT%H:%M:%S.%N); }
records() {
    [ -e "$(node_job_log 1)" ] || return 0
    awk -v since="$JOBS_SINCE" -v ours="$JOBS_IN/" -v all="$WORK/" '
        function text(name) { return match($0, "\"" name "\":\"[^\"]*") ? substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 4) : "" }
        {
            started = text("started")
            directory = text("directory") "/"
            # A time leaves out zeros at its end.
            sub(/Z$/, "", started)
            if (started !~ /[.]/) started = started "."
            while (length(started) < 29) started = started "0"
            if (started >= since && (index(directory, ours) == 1 || index(directory, all) != 1)) print
        }' "$(node_job_log 1)"
}
has_records() { [ "$(records | wc -l)" -ge "$1" ]; }

# has_record PATTERN [COUNT]: whether there are so many that match; one without COUNT.
has_record() { [ "$(records | grep -c -- "$1")" -ge "${2:-1}" ]; }

# expect_remote COUNT: that many commands since the mark, all remote.
expect_remote() {
    eventually has_records "$1" || fail "no record of the job"
    if records | grep -qv '"decision":"remote"'; then
        fail "not remote: $(records | grep -v '"decision":"remote"' | head -n 1 | sed 's/.*"reason":"\([^"]*\)".*/\1/')"
    fi
    [ "$(records | wc -l)" -eq "$1" ] || fail "$(records | wc -l) records instead of $1"
}

# freeze NAME: once a sandbox runs cc1plus for NAME, stops it there. So a compile lasts as long as a case needs, and costs nothing meanwhile.
freeze() {
    eventually freeze_now "$1" || fail "the compile runs in no sandbox; $(records)"
}
freeze_now() {
    local pid
    for pid in $(sandboxed "cc1plus .*$1"); do
        if [[ "$(cat "/proc/$pid/comm" 2>/dev/null)" = cc1plus ]]; then
            kill -STOP "$pid" 2>/dev/null && return
        fi
    done
    return 1
}

# start_frozen VARIABLE=VALUE...: begins a compile through the wrapper and returns when a sandbox has begun with it; there it stands still.
# Its source is in SLOW, the process of its shell in SLOW_JOB.
start_frozen() {
    SLOW=${CASE##*/}_$$.cpp
    slow_source "tree/$SLOW" 1
    plainly compiler g++ -g -c "$SLOW" -o slow.o
    mark_records
    WRAPPER='' observe floe env "$@" "$FLOE_CC" g++ -g -c "$SLOW" -o slow.o &
    SLOW_JOB=$!
    finally "kill $SLOW_JOB 2>/dev/null"
    freeze "$SLOW"
}

# expect_local PATTERN: the last command was compiled here, for a reason that matches.
expect_local() {
    eventually has_records 1 || fail "no record of the job"
    records | tail -n 1 | grep -q '"decision":"local"' || fail "not local"
    records | tail -n 1 | sed 's/.*"reason":"\([^"]*\)".*/\1/' | grep -qE "$1" ||
        fail "local for another reason: $(records | tail -n 1 | sed 's/.*"reason":"\([^"]*\)".*/\1/')"
}

# slow_source FILE [SECONDS]: C++ that takes about that many seconds of CPU and has no headers.
slow_source() {
    local i
    cat >"$1" <<'END'
constexpr unsigned long spin(unsigned long seed)
{
    unsigned long x = seed;
    for (int i = 0; i < 1000; ++i)
        for (int j = 0; j < 100; ++j)
            x = x * 6364136223846793005UL + (x >> 7) + j;
    return x;
}
template <int N> struct constant { static constexpr unsigned long value = spin(N); };
unsigned long all[] = {
END
    for ((i = 0; i < 4 * ${2:-4}; i++)); do
        echo "    constant<$i>::value,"
    done >>"$1"
    echo '};' >>"$1"
}

# sandboxed NAME: the ids of processes in a sandbox whose command line has NAME in it.
sandboxed() {
    local pid own
    own=$(readlink /proc/self/ns/pid)
    for pid in $(pgrep -f -- "$1"); do
        if [ "$(readlink "/proc/$pid/ns/pid" 2>/dev/null || echo "$own")" != "$own" ]; then
            echo "$pid"
        fi
    done
}
runs_in_sandbox() { [ -n "$(sandboxed "$1")" ]; }
runs_in_no_sandbox() { ! runs_in_sandbox "$1"; }

# executor_of NAME: the number of the node below which a sandboxed process with NAME in its command line runs.
executor_of() {
    local pid node
    for pid in $(sandboxed "$1"); do
        while [ "${pid:-0}" -gt 1 ]; do
            for node in "${!MESH_PIDS[@]}"; do
                if [ "${MESH_PIDS[$node]}" = "$pid" ]; then
                    echo "$node"
                    return
                fi
            done
            pid=$(sed 's/^.*) . \([0-9]*\) .*/\1/' "/proc/$pid/stat" 2>/dev/null || true)
        done
    done
}

# run_cases [NAME...]
run_cases() {
    local name passed=0 failed=0 skipped=0 status chosen=" $* " CASE CASE_WHY JOBS_IN
    while read -r name; do
        if [ $# -gt 0 ] && [[ "$chosen" != *" ${name//_/-} "* ]]; then
            continue
        fi
        CASE=$WORK/${name//_/-}
        CASE_WHY=$WORK/${name//_/-}.why
        mkdir -p "$CASE/tree"
        JOBS_IN=$CASE
        mark_records
        set +e
        (
            set -eu
            cd "$CASE"
            "case_$name"
        ) >"$CASE.log" 2>&1 </dev/null
        status=$?
        set -e
        load_pids
        case $status in
            0)
                passed=$((passed + 1))
                echo "ok ${name//_/-}"
                ;;
            77)
                skipped=$((skipped + 1))
                echo "skip ${name//_/-}: $(cat "$CASE_WHY")"
                ;;
            *)
                failed=$((failed + 1))
                [ -s "$CASE_WHY" ] || { tail -n 1 "$CASE.log" && echo "(exit code $status)"; } | tr '\n' ' ' >"$CASE_WHY"
                echo "not ok ${name//_/-}: $(cat "$CASE_WHY")"
                [ "${FLOE_E2E_VERBOSE:-0}" = 0 ] || sed 's/^/    /' "$CASE.log"
                ;;
        esac
    done < <(sed -n 's/^case_\([a-z0-9_]*\)() .*/\1/p' "$0")
    [ "$failed" -eq 0 ] || exit 1
    [ "$passed" -gt 0 ] || exit 77
}
