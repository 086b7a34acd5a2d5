# shellcheck shell=bash
# A mesh of several nodes on the loopback, for the demo. Node 1 submits and executes nothing, the others execute.
#
#   MESH_DIR     where their data lies; the caller makes it
#   MESH_SLOTS   slots of each node
#   FLOE_CACHE   what nodes and builds do with the cache of results; off unless the caller says something else, since the demo shows compiles
#   FLOE_PREFIX  an installed Floe; without it the one in target/floe is used, and built when a source is newer

MESH_PIDS=()
MESH_COUNT=0
: "${MESH_SLOTS:=$(nproc)}"
export FLOE_CACHE="${FLOE_CACHE:-off}"

# Puts the paths of the programs into FLOE and FLOE_CC.
ensure_floe() {
    if [ -z "${FLOE_PREFIX:-}" ]; then
        FLOE_PREFIX=$FLOE_REPO/target/floe
        "$FLOE_REPO/scripts/build" --if-needed
        if ! [ "$FLOE_PREFIX/lib/floe/installed" -nt "$FLOE_REPO/target/built" ]; then
            "$FLOE_REPO/scripts/install" "$FLOE_PREFIX"
        fi
    fi
    FLOE=$FLOE_PREFIX/bin/floe
    FLOE_CC=$FLOE_PREFIX/bin/floe-cc
    [ -x "$FLOE" ] || die "there is no $FLOE; FLOE_PREFIX must name an installed Floe"
    export FLOE FLOE_CC
}

node_socket() { echo "$MESH_DIR/$1/socket"; }
node_address() { echo "127.0.0.1:$((MESH_BASE_PORT + 2 * $1))"; }

# The first of a row of $1 ports on the loopback on which nobody listens.
free_ports() {
    local base try port
    for ((try = 0; try < 100; try++)); do
        base=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        for ((port = base; port < base + $1; port++)); do
            if (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
                continue 2
            fi
        done
        echo "$base"
        return
    done
    die "no free ports on the loopback"
}

# start_mesh COUNT: returns when every node sees all others.
start_mesh() {
    local node token
    MESH_COUNT=$1
    ensure_floe
    MESH_BASE_PORT=$(free_ports $((2 * MESH_COUNT + 4)))
    at_exit stop_mesh
    for ((node = 1; node <= MESH_COUNT; node++)); do
        mkdir -m 700 "$MESH_DIR/$node"
    done
    token=$("$FLOE" mesh create throw-away --mesh-key "$MESH_DIR/1/mesh.key" --seed "$(node_address 1)" | tail -n 1)
    [ -n "$token" ] || die "floe mesh create printed no token"
    for ((node = 2; node <= MESH_COUNT; node++)); do
        "$FLOE" mesh join "$token" --mesh-key "$MESH_DIR/$node/mesh.key" >/dev/null
    done
    for ((node = 1; node <= MESH_COUNT; node++)); do
        launch_node "$node"
    done
    for ((node = 1; node <= MESH_COUNT; node++)); do
        await_node "$node"
    done
    await_mesh
}

# launch_node N: starts it and does not wait.
launch_node() {
    local options=() dir=$MESH_DIR/$1 seeds='' other
    for ((other = 1; other <= MESH_COUNT; other++)); do
        if [ "$other" -ne "$1" ]; then
            seeds=$seeds,$(node_address "$other")
        fi
    done
    # The machine's own LAN is not to be searched.
    options=(--name "node$1" --listen "$(node_address "$1")" --data-dir "$dir/data" --socket "$(node_socket "$1")" --mesh-key "$dir/mesh.key"
    --job-log "$dir/jobs.jsonl" --slots "$MESH_SLOTS" --config /dev/null --join "${seeds#,}" --no-multicast)
    [ "$1" -ne 1 ] || options+=(--no-execute)
    "$FLOE" node "${options[@]}" >"$dir/out" 2>>"$dir/err" </dev/null &
    MESH_PIDS[$1]=$!
    # So that the shell says nothing when it ends.
    disown "$!"
}

# await_node N: until it serves its socket.
await_node() {
    local deadline=$((SECONDS + 60))
    until grep -q '^ready' "$MESH_DIR/$1/out" 2>/dev/null; do
        if ! kill -0 "${MESH_PIDS[$1]}" 2>/dev/null; then
            tail -n 20 "$MESH_DIR/$1/out" "$MESH_DIR/$1/err" >&2
            die "node$1 ended before it was ready"
        fi
        if [ "$SECONDS" -ge "$deadline" ]; then
            tail -n 20 "$MESH_DIR/$1/err" >&2
            die "node$1 was not ready after 60 s"
        fi
        sleep 0.05
    done
}

# Until every node lists all of them, and all but the first offer slots.
await_mesh() {
    local node deadline=$((SECONDS + 60)) problem
    for ((node = 1; node <= MESH_COUNT; node++)); do
        until problem=$("$FLOE" nodes --json --socket "$(node_socket "$node")" 2>&1 |
            python3 "$FLOE_REPO/scripts/lib/records.py" complete "$MESH_COUNT" $((MESH_COUNT - 1)) 2>&1); do
            if [ "$SECONDS" -ge "$deadline" ]; then
                tail -n 5 "$MESH_DIR/$node/err" >&2
                die "after 60 s node$node still sees no complete mesh: $problem"
            fi
            sleep 0.2
        done
    done
}

stop_mesh() {
    local pid deadline=$((SECONDS + 10))
    for pid in "${MESH_PIDS[@]}"; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    for pid in "${MESH_PIDS[@]}"; do
        while kill -0 "$pid" 2>/dev/null && [ "$SECONDS" -lt "$deadline" ]; do
            sleep 0.05
        done
        kill -KILL "$pid" 2>/dev/null || true
    done
}
