# shellcheck shell=bash
# Machines made of network namespaces: each has its own loopback and one address on a common bridge. Needs root.
# Names carry the process id of the script, so that several scripts run side by side, and all is taken down at exit.

FLOE_NET_ID=$(printf '%x' $$)
FLOE_NET_HOSTS=0

host_namespace() { echo "floe-$FLOE_NET_ID-$1"; }

# host_address N: the address of host N on the bridge.
host_address() { echo "$FLOE_NET_PREFIX.$1"; }

# A /24 of 10.0.0.0/8 that no route of this machine leads to.
choose_prefix() {
    local try prefix
    for try in 0 1 2 3 4 5 6 7 8 9; do
        prefix=10.$((200 + ($$ + try) % 50)).$((($$ / 50 + try) % 250))
        if ! ip -4 route show table all | grep -q "^\(local \|broadcast \)\?$prefix\."; then
            echo "$prefix"
            return
        fi
    done
    return 1
}

# start_network N: hosts 1 to N and the bridge between them; those that are there from an earlier call stay.
start_network() {
    local count=$1 host bridge=floe$FLOE_NET_ID
    is_root || die "network namespaces are made by root only; run this as root"
    have ip || die "ip is missing; run scripts/setup test"
    if [ "$FLOE_NET_HOSTS" -eq 0 ]; then
        remove_stale_networks
        FLOE_NET_PREFIX=$(choose_prefix) || die "no free address range for the namespaces"
        at_exit "stop_network"
        ip link add "$bridge" type bridge forward_delay 0 || die "the kernel makes no bridge here"
        ip link set "$bridge" up
    fi
    for ((host = FLOE_NET_HOSTS + 1; host <= count; host++)); do
        add_host "$host"
    done
}

# add_host N: one more host on the bridge.
add_host() {
    local host=$1 namespace
    namespace=$(host_namespace "$host")
    FLOE_NET_HOSTS=$host
    ip netns add "$namespace"
    ip link add "fl$FLOE_NET_ID-$host" type veth peer name eth0 netns "$namespace"
    ip link set "fl$FLOE_NET_ID-$host" master "floe$FLOE_NET_ID" up
    ip -n "$namespace" link set lo up
    ip -n "$namespace" address add "$(host_address "$host")/24" dev eth0
    ip -n "$namespace" link set eth0 up
    ip -n "$namespace" route add default dev eth0
}

stop_network() {
    local host namespace pid
    for ((host = 1; host <= FLOE_NET_HOSTS; host++)); do
        namespace=$(host_namespace "$host")
        for pid in $(ip netns pids "$namespace" 2>/dev/null); do
            kill -KILL "$pid" 2>/dev/null || true
        done
        ip link delete "fl$FLOE_NET_ID-$host" 2>/dev/null || true
        ip netns delete "$namespace" 2>/dev/null || true
    done
    FLOE_NET_HOSTS=0
    ip link delete "floe$FLOE_NET_ID" 2>/dev/null || true
}

# What a script that was killed hard has left: its process is gone, its namespaces are empty.
remove_stale_networks() {
    local namespace id
    for namespace in $(ip netns list | sed -n 's/^\(floe-[0-9a-f]*-[0-9]*\).*/\1/p'); do
        id=${namespace#floe-}
        id=${id%-*}
        if ! [ -d "/proc/$((16#$id))" ]; then
            ip netns pids "$namespace" | xargs -r kill -KILL 2>/dev/null || true
            ip netns delete "$namespace" 2>/dev/null || true
            ip link delete "floe$id" 2>/dev/null || true
        fi
    done
}

# host_prefix ARRAY N: appends to ARRAY the words that make the command after them run on host N. The file system stays as it is,
# cgroups included.
host_prefix() {
    local -n prefix_of_host=$1
    prefix_of_host+=(nsenter "--net=/run/netns/$(host_namespace "$2")" --)
}
