# shellcheck shell=bash
# Calls Maven on a JDK of release 25, because what lists the tests of a module inside of Maven reads their classes, and so that it uses no
# file whose checksum is not in .config/artifacts.sha256.

. "${BASH_SOURCE[0]%/*}/jdk.sh"

FLOE_CHECKSUMS=$FLOE_REPO/.config/artifacts.sha256
# The quick compiler alone: a build ends before the optimizing one has paid for itself. The rest keeps Java from warning of Maven's libraries.
FLOE_MAVEN_JVM="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED"
# Error Prone, inside of Maven, looks into the compiler.
for FLOE_PACKAGE in api file main model parser processing tree util; do
    FLOE_MAVEN_JVM+=" --add-exports=jdk.compiler/com.sun.tools.javac.$FLOE_PACKAGE=ALL-UNNAMED"
done
FLOE_MAVEN_JVM+=" --add-opens=jdk.compiler/com.sun.tools.javac.code=ALL-UNNAMED --add-opens=jdk.compiler/com.sun.tools.javac.comp=ALL-UNNAMED"

# maven OPTION... GOAL...; with FLOE_CHECKSUMS_RECORD=FILE it verifies nothing, and adds the checksums of what it uses to FILE.
maven() {
    local jdk mark status=0 options=(-B -Dstyle.color=never -Dfloe.javac.fork=false)
    have mvn || die "Maven is missing; run scripts/setup build"
    jdk=$(find_jdk 25) || die "no JDK of release 25 is found; run scripts/setup build, or set JAVA_HOME"
    [ "${FLOE_BUILD_VERBOSE:-0}" = 1 ] || options+=(-q)
    build_maven_extension "$jdk"
    options+=("-Dmaven.ext.class.path=$FLOE_REPO/target/maven-extension" "-Dfloe.checksums=$FLOE_CHECKSUMS")
    [ -z "${FLOE_CHECKSUMS_RECORD:-}" ] || options+=("-Dfloe.checksums.record=$FLOE_CHECKSUMS_RECORD")
    mark=$(mktemp "$FLOE_REPO/target/verifies.XXXXXX")
    # The toolchains plugin looks at variables such as JAVA25_HOME, so that a JDK outside /usr/lib/jvm is found.
    env "JAVA25_HOME=$jdk" "JAVA_HOME=$jdk" "MAVEN_OPTS=$FLOE_MAVEN_JVM ${MAVEN_OPTS:-}" mvn -f "$FLOE_REPO/pom.xml" "${options[@]}" "-Dfloe.checksums.mark=$mark" "$@" || status=$?
    if [ "$status" -eq 0 ] && ! [ -s "$mark" ]; then
        rm -f "$mark"
        die "this Maven does not verify checksums: it has not taken the extension in target/maven-extension"
    fi
    rm -f "$mark"
    return "$status"
}

# build_maven_extension JDK: compiles what verifies checksums inside Maven, against the libraries of the Maven that it runs.
build_maven_extension() {
    local source=$FLOE_REPO/scripts/lib/maven-extension/dev/floe/build/VerifyingArtifactResolver.java home new
    local made=$FLOE_REPO/target/maven-extension
    if [ "$made/built" -nt "$source" ]; then
        return
    fi
    home=$(JAVA_HOME=$1 mvn -B -v | sed -n 's/^Maven home: //p')
    [ -d "$home/lib" ] || die "the libraries of Maven are not found; mvn -v names no home"
    mkdir -p "$FLOE_REPO/target"
    new=$(mktemp -d "$FLOE_REPO/target/maven-extension.XXXXXX")
    mkdir -p "$new/META-INF/sisu"
    echo dev.floe.build.VerifyingArtifactResolver >"$new/META-INF/sisu/javax.inject.Named"
    # Maven reads its class file with a library that knows no newer ones than of Java 11, and skips what it does not know.
    "$1/bin/javac" --release 11 -proc:none -implicit:none -nowarn -cp "$home/lib/*" -d "$new" "$source" ||
        die "what verifies checksums inside Maven does not compile with the libraries in $home/lib"
    touch "$new/built"
    rm -rf "$made"
    mv "$new" "$made"
}
