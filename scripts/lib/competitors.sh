# shellcheck shell=bash
# icecc and distcc from the distribution, on the hosts of netns.sh, each host's processes in the cgroup ICE-n or DIST-n.

. "${BASH_SOURCE[0]%/*}/netns.sh"
. "${BASH_SOURCE[0]%/*}/cgroup.sh"

RIVAL_PIDS=()

stop_rivals() {
    local pid
    for pid in "${RIVAL_PIDS[@]}"; do
        kill -TERM "$pid" 2>/dev/null || true
    done
    RIVAL_PIDS=()
}

# run_on GROUP HOST LOG COMMAND...: starts a command in a cgroup on a host.
run_on() {
    local prefix=() group=$1 host=$2 log=$3
    shift 3
    cgroup_prefix prefix "$group"
    host_prefix prefix "$host"
    "${prefix[@]}" "$@" >"$log" 2>&1 </dev/null &
    RIVAL_PIDS+=($!)
    disown "$!"
}

# await WHAT SECONDS COMMAND...: until the command succeeds.
await() {
    local what=$1 deadline=$((SECONDS + $2))
    shift 2
    until "$@" >/dev/null 2>&1; do
        [ "$SECONDS" -lt "$deadline" ] || die "$what did not happen in time"
        sleep 0.1
    done
}

# start_icecream COUNT SLOTS DIRECTORY: a scheduler and a daemon on host 1, which takes ICE_SUBMITTER_SLOTS jobs at once (0), and a daemon on
# each other host.
start_icecream() {
    local count=$1 slots=$2 dir=$3 host
    have icecc-scheduler || [ -x /usr/sbin/icecc-scheduler ] || die "icecc is missing; run scripts/setup bench"
    at_exit stop_rivals
    mkdir -p "$dir"
    # Both programs leave root for a user of their own and write their logs here.
    chmod 777 "$dir"
    make_cgroup ice-scheduler
    run_on ice-scheduler 1 "$dir/scheduler.out" icecc-scheduler -n floe-bench -p 8765 -l "$dir/scheduler.log" -vv
    for ((host = 1; host <= count; host++)); do
        make_cgroup "ice-$host"
        start_iceccd "$host" "$slots" "$dir"
    done
    await "icecc's daemons reaching their scheduler" 60 sees_daemons "$count" "$dir"
}

start_iceccd() {
    local host=$1 slots=$2 dir=$3 options=(-n floe-bench -s "$(host_address 1):8765" -N "ice$1" --nice 0)
    mkdir -p "$dir/$host"
    chmod 777 "$dir/$host"
    if [ "$host" -eq 1 ]; then
        options+=(-m "${ICE_SUBMITTER_SLOTS:-0}")
    else
        options+=(-m "$slots")
    fi
    run_on "ice-$host" "$host" "$dir/$host.out" env "ICECC_TEST_SOCKET=$dir/$host/socket" \
        iceccd "${options[@]}" -b "$dir/$host/environments" -l "$dir/$host.log" -vv
}

# Whether the daemons of hosts 1 to $1 say in their logs that they have found the scheduler.
sees_daemons() {
    local host
    for ((host = 1; host <= $1; host++)); do
        grep -q 'Connected to scheduler' "$2/$host.log" 2>/dev/null || return 1
    done
}

# start_distcc COUNT SLOTS DIRECTORY: a daemon on each host but the first.
start_distcc() {
    local count=$1 slots=$2 dir=$3 host
    have distccd || die "distcc is missing; run scripts/setup bench"
    at_exit stop_rivals
    mkdir -p "$dir"
    chmod 777 "$dir"
    make_cgroup dist-1
    for ((host = 2; host <= count; host++)); do
        make_cgroup "dist-$host"
        # Without the last option distccd takes only compilers that are listed in /usr/lib/distcc.
        run_on "dist-$host" "$host" "$dir/$host.out" distccd --no-detach --daemon --allow "$FLOE_NET_PREFIX.0/24" \
            --listen "$(host_address "$host")" --jobs "$slots" --user nobody --log-file "$dir/$host.log" --enable-tcp-insecure
        await "distccd listening on host $host" 30 on_host_connects "$host" "$(host_address "$host")" 3632
    done
}

on_host_connects() {
    local prefix=()
    host_prefix prefix "$1"
    # shellcheck disable=SC2016
    "${prefix[@]}" bash -c ': <"/dev/tcp/$0/$1"' "$2" "$3"
}

# start_pump DIRECTORY: distcc's include server on the first host, listening at DIRECTORY/socket. The module in C of Debian's one is not
# made for the lengths that Python passes since 3.10 and fails at each call; it is rebuilt with them. All else is Debian's.
start_pump() {
    local dir=$1 source=$FLOE_DOWNLOADS/distcc include_server prefix=()
    include_server=$(dirname "$(dpkg -L distcc-pump | grep '/include_server\.py$')")
    [ -d "$include_server" ] || die "distcc-pump is missing; run scripts/setup bench"
    mkdir -p "$dir"
    cp -r "$include_server" "$dir/server"
    rm "$dir/server/"*.so
    fetch_upstream_source distcc "$source"
    build_pump_module "$source" "$dir/server/distcc_pump_c_extensions.so" >"$dir/build.log" 2>&1 ||
        { tail -n 5 "$dir/build.log" >&2 && die "distcc's module for Python could not be built ($dir/build.log)"; }
    cgroup_prefix prefix dist-1
    host_prefix prefix 1
    at_exit stop_pump "$dir/pid"
    PYTHONOPTIMIZE=1 "${prefix[@]}" python3 "$dir/server/include_server.py" --port "$dir/socket" --pid_file "$dir/pid" -d1 >"$dir/out" 2>&1 ||
        { tail -n 5 "$dir/out" >&2 && die "distcc's include server does not start ($dir/out)"; }
}

stop_pump() {
    [ ! -e "$1" ] || kill "$(cat "$1")" 2>/dev/null || true
}

# In a copy of the source, since the build leaves files in it.
build_pump_module() (
    tree=$(mktemp -d)
    trap 'rm -rf -- "$tree"' EXIT
    module=include_server/c_extensions/distcc_pump_c_extensions_module.c
    read -ra includes < <(python3-config --includes)
    cp -r "$1/." "$tree" && cd "$tree" &&
        sed -i -E -e 's/^  int in_len;/  Py_ssize_t in_len;/' -e '/^OsPath/,/^}/ s/^  int len;/  Py_ssize_t len;/' "$module" &&
        ./autogen.sh && ./configure --disable-Werror --without-avahi --without-libiberty PYTHON=python3 &&
        gcc -shared -fPIC -O2 -w -D_GNU_SOURCE -DPY_SSIZE_T_CLEAN "${includes[@]}" -Isrc -Ilzo -o "$2" lzo/minilzo.c "$module" \
            src/{clirpc,clinet,state,srvrpc,pump,rpc,io,include_server_if,trace,snprintf,util,tempfile,filename,bulk,sendfile,compress}.c \
            src/{argutil,cleanup,emaillog,timeval,netutil}.c
)
