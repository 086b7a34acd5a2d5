# shellcheck shell=bash
# The real projects: how each is built. A recipe works in a source tree $TREE, puts its products below $TREE, and compiles through
# the command prefix $LAUNCHER (empty: plainly) with $JOBS jobs at once. `configure_NAME` is what comes before the first compile
# that counts, `compile_NAME` the rest.

. "${BASH_SOURCE[0]%/*}/build-systems.sh"

FLOE_PROJECTS=(lua5.4 redis libzstd re2 leveldb abseil protobuf "${BUILD_SYSTEM_PROJECTS[@]}")

# Fixes the build stamps that some projects put into their programs.
export SOURCE_DATE_EPOCH=1700000000

is_project() {
    local name
    for name in "${FLOE_PROJECTS[@]}"; do
        [ "$name" = "$1" ] && return 0
    done
    return 1
}

# The package whose source a project is built from.
project_package() {
    case $1 in
        lua-coverage | lua-clang) echo lua5.4 ;;
        kernel-*) echo linux-source ;;
        *) echo "${1%%-*}" ;;
    esac
}

# configure_project NAME and compile_project NAME, in the tree $TREE.
configure_project() { "configure_${1//./_}"; }
compile_project() { "compile_${1//./_}"; }

cmake_configure() {
    local launcher=()
    if [ -n "$LAUNCHER" ]; then
        launcher=("-DCMAKE_C_COMPILER_LAUNCHER=$LAUNCHER" "-DCMAKE_CXX_COMPILER_LAUNCHER=$LAUNCHER")
    fi
    cmake -S "$TREE" -B "$TREE/floe-build" -G 'Unix Makefiles' -DCMAKE_BUILD_TYPE=RelWithDebInfo \
        -DCMAKE_EXPORT_COMPILE_COMMANDS=ON "${launcher[@]}" "$@"
}

cmake_compile() { cmake --build "$TREE/floe-build" -j "$JOBS" --target "$@"; }

# What Debian's packaging adds before its own build.
configure_lua5_4() {
    printf '#define DEB_HOST_MULTIARCH "%s"\n' "$(gcc -print-multiarch)" >"$TREE/src/lua5.4-deb-multiarch.h"
}
# Its makefile links twice at once when it links in parallel, so only the objects are made that way.
compile_lua5_4() {
    local libtool options
    libtool=$(command -v libtool) || die "libtool is missing; run scripts/setup build-projects"
    options=("V=5.4" "LIBTOOL=$libtool --quiet" "CC=${LAUNCHER:+$LAUNCHER }gcc -std=gnu99" "CXX=${LAUNCHER:+$LAUNCHER }g++" "$@")
    make -C "$TREE/src" -j "$JOBS" o SYSCFLAGS=-DLUA_USE_LINUX "${options[@]}"
    make -C "$TREE/src" -j 1 linux "${options[@]}"
}

configure_redis() { :; }
compile_redis() {
    make -C "$TREE/src" -j "$JOBS" MALLOC=libc "CC=${LAUNCHER:+$LAUNCHER }gcc" "CXX=${LAUNCHER:+$LAUNCHER }g++" \
        redis-server redis-cli redis-benchmark
}

configure_libzstd() { :; }
# BUILD_DIR: else the name of the directory is a digest of the compile command.
compile_libzstd() { make -C "$TREE/lib" -j "$JOBS" BUILD_DIR=obj/floe "CC=${LAUNCHER:+$LAUNCHER }gcc" libzstd.a libzstd; }

configure_re2() {
    if grep -q absl "$TREE/CMakeLists.txt" && [ ! -d /usr/include/absl ]; then
        die "this version of re2 needs libabsl-dev; run scripts/setup build-projects"
    fi
    if [ ! -f "$TREE/re2/perl_groups.cc" ]; then
        # Debian leaves the generated tables out of the source; they are made from its package unicode-data.
        make -C "$TREE" REBUILD_TABLES=1 re2/perl_groups.cc re2/unicode_casefold.cc re2/unicode_groups.cc
    fi
    cmake_configure -DRE2_BUILD_TESTING=OFF "$@"
}
compile_re2() { cmake_compile all; }

configure_leveldb() { cmake_configure -DLEVELDB_BUILD_TESTS=OFF -DLEVELDB_BUILD_BENCHMARKS=OFF "$@"; }
compile_leveldb() { cmake_compile all; }

configure_abseil() { cmake_configure -DCMAKE_CXX_STANDARD=17 -DABSL_BUILD_TESTING=OFF; }
compile_abseil() { cmake_compile all; }

configure_protobuf() {
    cmake_configure -Dprotobuf_BUILD_TESTS=OFF -Dprotobuf_BUILD_PROTOC_BINARIES=OFF -Dprotobuf_WITH_ZLIB=OFF
}
compile_protobuf() { cmake_compile libprotobuf; }
