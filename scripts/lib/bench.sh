# shellcheck shell=bash
# What the benches share: their options, libprotobuf's compiles as single commands, and figures that become a table and JSON.

. "${BASH_SOURCE[0]%/*}/build_trees.sh"
. "${BASH_SOURCE[0]%/*}/mesh.sh"
. "${BASH_SOURCE[0]%/*}/competitors.sh"

BENCH_JSON=
BENCH_REST=()

# read_bench_options "$@": --json FILE, --keep, --help; what is left goes to BENCH_REST.
read_bench_options() {
    while [ $# -gt 0 ]; do
        case $1 in
            --help | -h)
                print_help
                exit 0
                ;;
            --keep) FLOE_KEEP=1 ;;
            --json)
                [ $# -ge 2 ] || wrong_usage "--json wants a file"
                BENCH_JSON=$2
                shift
                ;;
            *) BENCH_REST+=("$1") ;;
        esac
        shift
    done
}

# begin_bench: everything that a bench needs installed, and a work directory WORK.
begin_bench() {
    is_root || die "network namespaces and cgroups are made by root only; run this as root"
    "$FLOE_REPO/scripts/setup" bench
    WORK=
    new_work_dir WORK
    # The rivals' daemons are not root.
    chmod 755 "$WORK"
    TREES=$WORK/trees
    MESH_DIR=$WORK/mesh
    mkdir "$TREES" "$MESH_DIR" "$WORK/objects"
    FIGURES=$WORK/figures
    : >"$FIGURES"
}

figure() { python3 "$FLOE_REPO/scripts/lib/bench_results.py" add "$FIGURES" "$@"; }

end_bench() {
    python3 "$FLOE_REPO/scripts/lib/bench_results.py" table "$FIGURES"
    [ -z "$BENCH_JSON" ] || cp "$FIGURES" "$BENCH_JSON"
}

# prepare_project NAME: protobuf, lua or tiny, what write_compiles takes its commands from.
prepare_project() {
    case $1 in
        protobuf) prepare_protobuf ;;
        lua) prepare_lua ;;
        tiny) prepare_tiny ;;
        *) wrong_usage "no such project: $1; there are protobuf, lua and tiny" ;;
    esac
}

# prepare_lua: each source of lua5.4, as its own build compiles it.
prepare_lua() {
    local none=()
    fetch_debian_source lua5.4 "$(project_source lua5.4)"
    cp -a "$(project_source lua5.4)" "$TREES/lua5.4"
    # shellcheck disable=SC2034
    LAUNCHER='' JOBS=1
    recipe none configure_project lua5.4
    mkdir "$TREES/lua5.4/floe-build"
    find "$TREES/lua5.4/src" -name 'l*.c' | sort | python3 -c 'import json, os, sys
flags = "gcc -std=gnu99 -O2 -Wall -Wextra -DLUA_COMPAT_5_3 -DLUA_USE_LINUX -fPIC -c".split()
print(json.dumps([{"directory": os.path.dirname(f), "command": " ".join([*flags, os.path.basename(f)])} for f in sys.stdin.read().split()]))' \
        >"$TREES/lua5.4/floe-build/compile_commands.json"
    BENCH_BUILD=$TREES/lua5.4/floe-build
    BENCH_PATTERN=.
}

# prepare_tiny: a hundred files of one line.
prepare_tiny() {
    BENCH_BUILD=$TREES/tiny
    BENCH_PATTERN=.
    mkdir "$BENCH_BUILD"
    python3 - "$BENCH_BUILD" <<'PYTHON'
import json, os, sys
directory = sys.argv[1]
for number in range(100):
    with open(os.path.join(directory, f"{number}.c"), "w", encoding="utf-8") as file:
        file.write(f"int x{number};\n")
commands = [{"directory": directory, "command": f"gcc -O2 -c {number}.c"} for number in range(100)]
with open(os.path.join(directory, "compile_commands.json"), "w", encoding="utf-8") as file:
    json.dump(commands, file)
PYTHON
}

# prepare_protobuf: its build directory, configured.
prepare_protobuf() {
    BENCH_BUILD=$TREES/protobuf/floe-build
    BENCH_PATTERN='libprotobuf\.dir/'
    local none=()
    fetch_debian_source protobuf "$(project_source protobuf)"
    cp -a "$(project_source protobuf)" "$TREES/protobuf"
    # shellcheck disable=SC2034
    LAUNCHER='' JOBS=1
    recipe none configure_project protobuf >"$WORK/configure.log" 2>&1 || { tail "$WORK/configure.log" >&2 && die "configuring protobuf failed"; }
}

# write_compiles PREFIX FILE [COUNT]: the compiles of the project that was prepared behind the words of PREFIX; the number of them goes to COMPILES.
# The library libprotobuf-lite shares sources with it and is left out.
write_compiles() {
    python3 "$FLOE_REPO/scripts/lib/commands.py" "$BENCH_BUILD" "$1" "$WORK/objects" "$BENCH_PATTERN" >"$2.all"
    head -n "${3:-1000000}" "$2.all" >"$2"
    # shellcheck disable=SC2034
    COMPILES=$(wc -l <"$2")
}

# run_compiles PREFIX-ARRAY FILE JOBS: runs the commands of a file, that many at once; the milliseconds go to RUN_MILLIS.
run_compiles() {
    local -n compile_prefix=$1
    local start
    start=$(milliseconds)
    # shellcheck disable=SC2016
    "${compile_prefix[@]}" xargs -d '\n' -n 1 -P "$3" sh -c <"$2" >"$2.log" 2>&1 || { tail -n 5 "$2.log" >&2 && die "a compile failed: $2"; }
    # shellcheck disable=SC2034
    RUN_MILLIS=$(($(milliseconds) - start))
}

# per COUNT MILLIS: milliseconds each, with one decimal.
per() { awk -v n="$1" -v ms="$2" 'BEGIN { printf "%.1f", ms / n }'; }

# How many lines of a job log from a byte on are compiles that ran elsewhere.
remote_since() {
    python3 -c 'import sys; sys.path.insert(0, sys.argv[1]); import records; print(len(records.remote(records.load(sys.argv[2], int(sys.argv[3])))))' \
        "$FLOE_REPO/scripts/lib" "$1" "$2"
}

file_size() { stat -c %s "$1" 2>/dev/null || echo 0; }
