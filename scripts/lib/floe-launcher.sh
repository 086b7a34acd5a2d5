#!/bin/sh
# Starts Floe on a Java of release 25 or newer: the first of FLOE_JAVA, the runtime beside the program (packages have one), JAVA_HOME,
# /usr/lib/jvm, PATH.
# FLOE_JAVA_OPTS adds options for the virtual machine.
# The client, PREFIX/bin/floe, becomes this for the node, and for commands that do not run in the node.
set -eu

self=$0
[ -L "$self" ] && self=$(readlink -f "$self")
home=${self%/*}
[ -r "$home/jdk.sh" ] || home=$(dirname "$(readlink -f "$(command -v "$0")")")
home=$(cd "$home" && pwd -P)

. "$home/jdk.sh"

if ! [ -e /proc/self/exe ]; then
    echo 'floe: /proc is not mounted here, and Java needs it; in a chroot or container: mount -t proc proc /proc' >&2
    exit 1
fi

if ! java=$(find_jdk 25 "$home/runtime"); then
    # A chroot or container has no need of a Java, but may have compilers of its own.
    if [ "${1:-}" = compilers ]; then
        shift
        exec "$home/update-compilers" "$@"
    fi
    echo 'floe: no Java of release 25 or newer in FLOE_JAVA, JAVA_HOME, /usr/lib/jvm or PATH; install one or set FLOE_JAVA' >&2
    exit 1
fi

# File names are bytes that Java reads by the locale; only a UTF-8 one loses nothing.
case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    *[Uu][Tt][Ff]-8* | *[Uu][Tt][Ff]8*) ;;
    *)
        LC_ALL=C.UTF-8
        export LC_ALL
        ;;
esac

# A node lives long in a heap that gives back what it does not use; a command is over before its heap matters.
# A node without memory ends, with exit code 3, because nobody knows which of its threads are still whole; systemd starts it again.
end=
case ${1:-} in
    node)
        heap=512m
        end=-XX:+ExitOnOutOfMemoryError
        ;;
    *) heap=128m ;;
esac

# The cache is written by the same Java on this machine (lib/floe/train); any other ignores it, silently. Beside the program, or, for a
# program that a package has installed, where the service floe-train writes it. Only root can write there.
cache=
if [ -n "${FLOE_AOT_OUTPUT:-}" ]; then
    cache=-XX:AOTCacheOutput=$FLOE_AOT_OUTPUT
elif [ -r "$home/floe.aot" ]; then
    cache=-XX:AOTCache=$home/floe.aot
elif [ "$home" = /usr/lib/floe ] && [ -r /var/cache/floe/floe.aot ]; then
    cache=-XX:AOTCache=/var/cache/floe/floe.aot
fi
# Where it was made for it needs no changes to its pages, which then stay the file's: a third less memory of the process's own.
# The cache has no profiles of methods, so there is nothing to replay; a later Java may not know the option.
cache="$cache -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -XX:+IgnoreUnrecognizedVMOptions -XX:-AOTReplayTraining"

# Threads come and go; two arenas and a trim now and then keep what they freed from staying with the process.
MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
export MALLOC_ARENA_MAX

# Most of what a node does is done by the system and by libraries of C. Java's optimizing compiler took more CPU time in the first
# thousand jobs than it ever gave back, and twice the memory; the quick one pays off after a few calls (docs/performance.md).
# shellcheck disable=SC2086
exec "$java/bin/java" $cache $end -Xlog:disable -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=0.1 -XX:AsyncDeflationInterval=5000 \
    -XX:+UseSerialGC -XX:+UseCompactObjectHeaders -Xms8m "-Xmx$heap" \
    -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 -XX:-ShrinkHeapInSteps -XX:TrimNativeHeapInterval=10000 \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dio.netty.allocator.type=pooled \
    -Dio.netty.allocator.numDirectArenas=2 -Dio.netty.allocator.numHeapArenas=1 -Dio.netty.allocator.maxOrder=7 -Dio.netty.jfr.enabled=false -Djdk.nio.maxCachedBufferSize=131072 '-Djdk.serialFilter=!*' -Dfile.encoding=UTF-8 "-Dfloe.home=$home" ${FLOE_JAVA_OPTS:-} \
    -cp "$home/*" dev.floe.node.cli.Main "$@"
