/** Root directories in which a compiler runs, as other systems send them around, made into toolchains. */
@NullMarked
package dev.floe.toolchain.icecc;

import org.jspecify.annotations.NullMarked;
