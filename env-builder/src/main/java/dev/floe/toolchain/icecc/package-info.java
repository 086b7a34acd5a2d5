/** Turns root directories with a compiler, such as icecream's environments, into toolchains. */
@NullMarked
package dev.floe.toolchain.icecc;

import org.jspecify.annotations.NullMarked;
