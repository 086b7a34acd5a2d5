# shellcheck shell=sh
# Finds a Java, without starting one: a JDK tells its release in a file. Plain sh, as the installed launcher reads it too.

# jdk_release HOME: the feature release of the Java at HOME, such as 25; nothing if there is none.
jdk_release() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
    while IFS='=' read -r jdk_key jdk_value; do
        if [ "$jdk_key" = JAVA_VERSION ]; then
            jdk_value=${jdk_value#\"}
            jdk_value=${jdk_value%%[!0-9]*}
            echo "$jdk_value"
            return 0
        fi
    done <"$1/release"
}

# jdk_suits HOME RELEASE: whether the Java at HOME is of RELEASE or newer.
jdk_suits() {
    jdk_found=$(jdk_release "$1")
    [ -n "$jdk_found" ] && [ "$jdk_found" -ge "$2" ]
}

# find_jdk RELEASE [BUNDLED]: the home of the first Java of RELEASE or newer: FLOE_JAVA, BUNDLED, JAVA_HOME, /usr/lib/jvm, PATH.
find_jdk() {
    for jdk_home in "${FLOE_JAVA:-}" "${2:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
        jdk_home=${jdk_home%/bin/java}
        if [ -n "$jdk_home" ] && jdk_suits "$jdk_home" "$1"; then
            echo "$jdk_home"
            return 0
        fi
    done
    jdk_home=$(command -v java) || return 1
    jdk_home=$(readlink -f "$jdk_home")
    jdk_home=${jdk_home%/bin/java}
    jdk_suits "$jdk_home" "$1" && echo "$jdk_home"
}
