# shellcheck shell=bash
# What the suites of the cache share. Unlike other suites they leave the inputs alone between two compiles, since what is under test
# is how changes are noticed: a case's commands write to tree/out only.

# What nodes and builds do with the cache, before lib/mesh.sh says something else.
export FLOE_CACHE=both
. "${BASH_SOURCE[0]%/*}/cases.sh"

# Where the commands run: a directory of their own, so that its real place may be another.
PLACE=tree

# observe_in_place RESULT COMMAND...: in $PLACE; leaves RESULT.code, RESULT.out, RESULT.err and the outputs in RESULT.files.
observe_in_place() {
    local result=$1 code=0
    shift
    find "$PLACE/out" -mindepth 1 -delete
    (set +e && cd "$PLACE" && "$@") >"$result.out" 2>"$result.err" </dev/null || code=$?
    echo "$code" >"$result.code"
    sed -i 's|/cc[A-Za-z0-9]\{6\}\.|/ccXXXXXX.|g' "$result.out" "$result.err"
    rm -rf "$result.files"
    cp -a "$PLACE/out" "$result.files"
}

# right COMMAND...: the same comes of it plainly and through Floe.
right() {
    mkdir -p "$PLACE/out"
    WRAPPER='' FLOE_MODE=off observe_in_place plain "$@"
    mark_records
    WRAPPER=$FLOE_CC observe_in_place floe "$@"
    expect_equal
}

expect_equal() {
    cmp -s plain.code floe.code || fail "exit code $(cat floe.code), plainly $(cat plain.code); $(head -c 300 floe.err | tr '\n' '|')"
    cmp -s plain.err floe.err || fail "other error output: $(diff plain.err floe.err | sed -n 2,3p | tr '\n' '|') $(decisions)"
    cmp -s plain.out floe.out || fail "other output: $(diff plain.out floe.out | sed -n 2,3p | tr '\n' '|') $(decisions)"
    listing plain.files >plain.list
    listing floe.files >floe.list
    cmp -s plain.list floe.list || fail "other files: $(diff plain.list floe.list | sed -n 2,4p | tr '\n' '|') $(decisions)"
    diff -r --no-dereference plain.files floe.files >differing || fail "differs: $(head -n 1 differing) $(decisions)"
}

# What has become of the commands since the mark: DECISION (CACHE), one after the other.
decisions() {
    records | python3 -c 'import json, sys
for record in map(json.loads, sys.stdin):
    print("[" + record["decision"] + "; " + str(record.get("cache")) + ("" if record["decision"] != "local" else "; " + record["reason"]) + "]", end="")'
}

# expect_decisions PATTERN [COUNT]: there are records of so many commands since the mark, one without COUNT, and each matches.
expect_decisions() {
    local all
    eventually has_records "${2:-1}" || fail 'no record of the job'
    all=$(decisions)
    [ -n "$all" ] && [ -z "$(tr ']' '\n' <<<"$all" | grep -vE "^\[($1)" | grep .)" ] || fail "not ($1): $all"
}

# hit COMMAND...: right, and the result was known.
hit() { right "$@" && expect_decisions 'cached; hit: '; }

# miss COMMAND...: right, compiled, and cacheable.
miss() { right "$@" && expect_decisions 'remote; miss: '; }

# no_hit COMMAND...: right and compiled, wherever and for whatever reason.
no_hit() { right "$@" && expect_decisions 'remote; |local; '; }

# uncached REASON COMMAND...: right, compiled elsewhere, and not kept, for a reason that matches.
uncached() {
    local reason=$1
    shift
    right "$@"
    expect_decisions "remote; not cached: $reason"
}

# settle FILE...: until nothing about them is so new that it could change again without being seen. Nodes trust what is two seconds old.
settle() {
    local file changed
    for file; do
        changed=$(stat -c %Z "$file")
        until [ "$(date +%s)" -gt $((changed + 3)) ]; do
            sleep 0.05
        done
    done
}

# write_user: a source that puts two headers' values into its object. No other case has the same, so the first compile is a miss.
write_user() {
    mkdir -p "$PLACE/inc" "$PLACE/src" "$PLACE/out"
    echo '#define A 1' >"$PLACE/inc/a.h"
    echo '#define B 2' >"$PLACE/inc/b.h"
    printf '/* %s */\n#include "a.h"\n#include <b.h>\nint values[] = {A, B};\n' "${CASE##*/}" >"$PLACE/src/user.c"
}

# compile [ARGUMENT...]: the usual command.
compile() { compiler gcc -Iinc "$@" -c src/user.c -o out/user.o; }

# begin_cache_suite COUNT: the mesh.
begin_cache_suite() {
    begin_suite
    export MESH_SLOTS=2
    local compilers=(gcc g++)
    ! have clang || compilers+=(clang)
    begin_mesh "$1" loopback "${compilers[@]}"
}
