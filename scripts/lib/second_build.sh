# shellcheck shell=bash
# build-projects --second-build: how the cache serves a build that another submitter, another path, another user or a mesh that has lost a node does
# again. The functions stand on those of build-projects.

TWICE_UID=64123
TWICE_SOCKET=/run/floe/twice-$$.socket

# twice_prefix ARRAY NODE: what makes a build run on the host of a submitter, through its node.
twice_prefix() {
    local -n words=$1
    # shellcheck disable=SC2034
    words=()
    node_prefix "$1" "$2"
    words+=(env "FLOE_SOCKET=$(node_socket "$2")" FLOE_MODE=remote)
}

# forget_results NODE: as if it had never seen a result; toolchains stay.
forget_results() {
    stop_node "$1"
    find "$MESH_DIR/$1/data/store" "$MESH_DIR/$1/data/actions" -type f -delete
    launch_node "$1"
    await_node "$1"
    await_mesh
}

# twice_build NAME WHAT NODE PLAIN [USER-WORDS...]: builds through a submitter's node, compares with the tree PLAIN, prints a line.
twice_build() {
    local name=$1 what=$2 node=$3 plain=$4 prefix=() job_log from counts
    shift 4
    twice_prefix prefix "$node"
    prefix+=("$@")
    job_log=$(node_job_log "$node")
    twice_from=0
    note_twice() { twice_from=$(stat -c %s "$job_log" 2>/dev/null || echo 0); }
    if ! build_tree "$name" "$FLOE_CC" prefix twice_begin; then
        say "$name, $what: the build failed"
        return 1
    fi
    from=$twice_from
    counts=$(python3 "$FLOE_REPO/scripts/lib/compare.py" "$name" "$FLOE_CC" "$TREES/$plain" "$TREES/$name" 2>"$TREES/$name.differing")
    read -r COMPARED DIFFERING EXCUSED <<<"$counts"
    sed "s|^|  $name: |" "$TREES/$name.differing" | head -n 20 >&2
    python3 "$FLOE_REPO/scripts/lib/second_build_line.py" "$job_log" "$from" "name=$name" "what=$what" "compared=$COMPARED" "differing=$DIFFERING" \
        "excused=$EXCUSED" "wallMillis=$BUILD_MILLIS" "plainWallMillis=$plain_wall" "json=$json"
    [ "$DIFFERING" -eq 0 ] && [ "$COMPARED" -gt 0 ]
}
# Between configuring and compiling: the tree is the builder's, and what comes from here on counts.
twice_begin() {
    note_twice
    [ "$TWICE_OWNER" = root ] || chown -R "$TWICE_OWNER" "$TREES"
}

# twice NAME: all of it for one project.
twice() {
    local name=$1 status=0 victim here=$TREES user=(setpriv --reuid "$TWICE_UID" --regid "$TWICE_UID" --clear-groups env "HOME=/nonexistent")
    TWICE_OWNER=root
    build_plainly "$name" || return 1
    twice_build "$name" 'first time' 1 "$name.plain" || status=1
    twice_build "$name" 'other submitter' 4 "$name.plain" || status=1
    twice_build "$name" 'the same again' 4 "$name.plain" || status=1
    for victim in 2 3; do
        forget_results 4
        kill -KILL "$(node_pid "$victim")"
        twice_build "$name" "node$victim killed" 4 "$name.plain" || status=1
        stop_node "$victim"
        launch_node "$victim"
        await_node "$victim"
        await_mesh
    done
    forget_results 4
    TWICE_OWNER=$TWICE_UID
    twice_build "$name" 'other user' 4 "$name.plain" "${user[@]}" || status=1
    TWICE_OWNER=root
    chown -R root "$TREES"
    TREES=$here/in/another/place
    mkdir -p "$TREES"
    if build_plainly "$name"; then
        twice_build "$name" 'other path' 4 "$name.plain" || status=1
    else
        status=1
    fi
    rm -rf "${TREES:?}"
    TREES=$here
    return "$status"
}

# twice_all NAME...
twice_all() {
    local name failed=0
    MESH_SUBMITTERS=(1 4)
    install -d -m 755 /run/floe
    MESH_SOCKETS[4]=$TWICE_SOCKET
    at_exit "rm -f '$TWICE_SOCKET'"
    chmod 755 "$work" "$MESH_DIR"
    start_mesh 4 netns
    python3 "$FLOE_REPO/scripts/lib/second_build_line.py" --head
    for name; do
        twice "$name" || failed=$((failed + 1))
        [ "${FLOE_KEEP:-0}" = 1 ] || rm -rf "${TREES:?}/$name" "$TREES/$name.plain"
    done
    [ "$failed" -eq 0 ] || die "$failed of $# projects failed or differ from their plain build"
}
