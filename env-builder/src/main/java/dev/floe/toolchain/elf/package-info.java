/** Reads the headers of programs and libraries, and finds libraries by the rules of the dynamic linker. */
@NullMarked
package dev.floe.toolchain.elf;

import org.jspecify.annotations.NullMarked;
