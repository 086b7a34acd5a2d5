/** Toolchains as deterministic archives: written here, or taken from a peer and believed in nothing. */
@NullMarked
package dev.floe.toolchain.archive;

import org.jspecify.annotations.NullMarked;
