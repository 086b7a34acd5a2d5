/** Remembers which compiler is which toolchain; {@link dev.floe.toolchain.index.ToolchainIndex} is its entry. */
@NullMarked
package dev.floe.toolchain.index;

import org.jspecify.annotations.NullMarked;
