#!/bin/sh
# Runs two nodes on the loopback for a few seconds, and records what the Java virtual machine loads at their start. Later starts then take a
# third of the time. The file is for this Java and these jars on this machine alone; any other Java ignores it.
#
#   train [FILE]   FILE is floe.aot beside the program, unless it is named
set -eu

home=$(dirname "$(readlink -f "$0")")
floe=$home/../../bin/floe
file=${1:-$home/floe.aot}
log=${file%/*}/training.log

# On a terminal of its own, if there is a program that makes one, so that the start of `floe top` is recorded too.
on_terminal() {
    if command -v script >/dev/null 2>&1; then
        script -qec "'$1' $2" /dev/null
    else
        "$@"
    fi
}

# Profiles of methods are for the optimizing compiler, which a node does without. A Java may not know the option.
FLOE_JAVA_OPTS="-Xlog:aot=warning -XX:+IgnoreUnrecognizedVMOptions -XX:-AOTRecordTraining"
FLOE_AOT_OUTPUT=$file.new
export FLOE_JAVA_OPTS FLOE_AOT_OUTPUT
echo 'recording the start of the virtual machine' >&2
if on_terminal "$floe" self-train >"$log" 2>&1 </dev/null && [ -s "$file.new" ]; then
    mv -f "$file.new" "$file"
    rm -f "$log" "$file.new.config"
else
    rm -f "$file.new" "$file.new.config"
    echo "the start could not be recorded, so Floe starts more slowly; $log says why" >&2
    exit 1
fi
