/** Toolchains as deterministic archives: packs them, and unpacks those of peers without trusting them. */
@NullMarked
package dev.floe.toolchain.archive;

import org.jspecify.annotations.NullMarked;
