# shellcheck shell=bash
# Calls Maven so that it finds a JDK of release 25 for the code, and one of at least 17 for itself.

. "${BASH_SOURCE[0]%/*}/jdk.sh"

maven() {
    local jdk own options=(-B -Dstyle.color=never)
    have mvn || die "Maven is missing; run scripts/setup build"
    jdk=$(find_jdk 25) || die "no JDK of release 25 is found; run scripts/setup build, or set JAVA_HOME"
    own=$(maven_java)
    if [ -z "$own" ] || ! jdk_suits "$own" 17; then
        own=$jdk
    fi
    [ "${FLOE_BUILD_VERBOSE:-0}" = 1 ] || options+=(-q)
    # The toolchains plugin looks at variables such as JAVA25_HOME, so that a JDK outside /usr/lib/jvm is found.
    env "JAVA25_HOME=$jdk" "JAVA_HOME=$own" mvn -f "$FLOE_REPO/pom.xml" "${options[@]}" "$@"
}

# The home of the Java that mvn would take.
maven_java() {
    local java
    if [ -n "${JAVA_HOME:-}" ]; then
        echo "$JAVA_HOME"
    elif java=$(command -v java); then
        java=$(readlink -f "$java")
        echo "${java%/bin/java}"
    fi
}
