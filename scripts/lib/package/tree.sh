# shellcheck shell=bash
# Makes the tree that all packages contain: usr/ with the program, its own Java runtime, services, licences. Sourced by scripts/package.

# The modules of Java that the program needs. jdeps finds those that classes name; the others are reached by their services:
# java.desktop (java.beans alone, for log4j), java.rmi (Infinispan's transactions), jdk.jfr (floe's events), jdk.net (SO_PEERCRED), jdk.zipfs (toolchain archives), java.naming and java.management (log4j, JGroups).
JAVA_MODULES=java.base,java.desktop,java.logging,java.management,java.naming,java.rmi,java.sql,java.xml,jdk.jfr,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs

# make_tree INSTALLED TREE: TREE/usr with all that is installed in INSTALLED; all its times are SOURCE_DATE_EPOCH.
make_tree() {
    local usr=$2/usr home=$2/usr/lib/floe
    mkdir -p "$2"
    cp -a "$1" "$usr"
    # What only this machine can use.
    rm -rf "$home/installed" "$home/floe.aot" "$home/compilers"
    mkdir "$home/compilers"
    remove_foreign_jars "$home"
    link_runtime "$home/runtime"
    install_services "$usr"
    install_documents "$usr"
    normalize "$2"
}

# Jars whose only content is native code for another architecture.
remove_foreign_jars() {
    local other
    case $FLOE_MACHINE in
        x86_64) other='*-linux-aarch_64.jar *-linux_aarch64.jar' ;;
        aarch64) other='*-linux-x86_64.jar *-linux_amd64.jar' ;;
        *) die "there is no package for machines of the kind $FLOE_MACHINE" ;;
    esac
    for name in $other; do
        find "$1" -maxdepth 1 -name "$name" -delete
    done
    python3 "$FLOE_REPO/scripts/lib/sbom.py" "$1/sbom.json" "$1" >"$1/sbom.json.new" ||
        die "the list of what is installed is wrong"
    mv "$1/sbom.json.new" "$1/sbom.json"
}

# What is compressed in the runtime: all but what most starts read. A compressed class makes the packages larger, since those are compressed too.
RUNTIME_COMPRESSION='zip-9:filter=regex:/(?!java\.base/(java|jdk/internal|sun/nio)/).*'

# link_runtime DIRECTORY: a Java of the modules above.
link_runtime() {
    local jdk
    jdk=$(find_jdk 25) || die "no JDK of release 25 is found; run scripts/setup build, or set JAVA_HOME"
    [ -x "$jdk/bin/jlink" ] || die "$jdk has no jlink; a whole JDK is needed"
    "$jdk/bin/jimage" list "$jdk/lib/modules" |
        python3 "$FLOE_REPO/scripts/lib/package/unused_classes.py" >"$work/unused-classes"
    "$jdk/bin/jlink" --add-modules "$JAVA_MODULES" --output "$1" --strip-java-debug-attributes --no-header-files --no-man-pages --vm=server \
        --compress "$RUNTIME_COMPRESSION" --dedup-legal-notices=error-if-not-same-content \
        "--exclude-resources=@$work/unused-classes" '--exclude-files=/java.desktop/**' || die "jlink could not make the Java runtime"
    find "$1/bin" -type f ! -name java -delete
    find "$1" -type f \( -name '*.so' -o -path '*/bin/java' -o -name jspawnhelper \) -exec strip --strip-unneeded {} +
    # Launchers of other programs, and the file system of the runtime for other Java machines.
    rm -f "$1/lib/jexec" "$1/lib/jrt-fs.jar"
}

install_services() {
    local packaging=$FLOE_REPO/packaging
    install -D -m 644 -t "$1/lib/systemd/system" "$packaging"/systemd/system/*.service
    install -D -m 644 -t "$1/lib/systemd/user" "$packaging"/systemd/user/*.service
    install -D -m 644 -t "$1/lib/sysusers.d" "$packaging/sysusers.d/floe.conf"
    install -D -m 644 -t "$1/lib/tmpfiles.d" "$packaging/tmpfiles.d/floe.conf"
    install -D -m 755 -t "$1/lib/floe/services/openrc" "$packaging/openrc/floe"
    install -D -m 644 -t "$1/lib/floe/services/openrc" "$packaging/openrc/floe.confd"
    install -D -m 755 "$packaging/runit/floe/run" "$1/lib/floe/services/runit/floe/run"
    install -D -m 755 "$packaging/runit/floe/log/run" "$1/lib/floe/services/runit/floe/log/run"
    install -D -m 644 -t "$1/lib/floe/services/apparmor" "$packaging/apparmor/floe"
}

install_documents() {
    local documents=$1/share/doc/floe
    install -D -m 644 -t "$documents" "$FLOE_REPO/README.md" "$FLOE_REPO/CHANGELOG.md"
    python3 "$FLOE_REPO/scripts/lib/package/licences.py" "$1/lib/floe" "$FLOE_REPO/packaging/licenses" "$FLOE_REPO" "$documents/licenses" ||
        die "a licence text is missing"
    mv "$1/lib/floe/runtime/legal" "$documents/licenses/openjdk"
}

# Modes and times that do not depend on who builds where and when.
normalize() {
    find "$1" -type d -exec chmod 755 {} +
    find "$1" -type f -perm /111 -exec chmod 755 {} +
    find "$1" -type f ! -perm /111 -exec chmod 644 {} +
    find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

# archive DIRECTORY NAME...: a tar archive on standard output, whose bytes depend on the files alone.
archive() {
    tar -C "$1" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --format=gnu -cf - "${@:2}"
}
