# shellcheck shell=bash
# What the commands of the cases can use beside the compilers.

# Runs a command on a terminal of 60 columns (COLUMNS changes that) and prints what it shows there.
tty() { python3 "$HELPERS/terminal.py" "$@"; }

# interrupt SIGNAL NAME COMMAND...: sends the signal to the command once a compiler is at work on the file NAME, here or in a sandbox.
interrupt() { python3 "$HELPERS/interrupt.py" "$@"; }

# A compiler that the wrapper must find by its name in a directory of PATH.
in_path() {
    PATH=$PWD/$1:$PATH
    export PATH
}

# header_map OUT NAME PREFIX SUFFIX: tells clang that the header NAME is the file PREFIX and SUFFIX together.
header_map() { python3 "$HELPERS/header_map.py" "$@"; }
