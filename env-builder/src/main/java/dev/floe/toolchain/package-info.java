/** Toolchains: which files a compiler needs to run, packed as a deterministic tarball and unpacked again. */
@NullMarked
package dev.floe.toolchain;

import org.jspecify.annotations.NullMarked;
