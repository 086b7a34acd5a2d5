/** Queries the drivers of compilers: what they call themselves, and which programs and files they name. */
@NullMarked
package dev.floe.toolchain.driver;

import org.jspecify.annotations.NullMarked;
