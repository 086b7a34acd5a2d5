/** Finds the files that make up the compiler that a user calls, by querying it and by reading ELF files. */
@NullMarked
package dev.floe.toolchain.locate;

import org.jspecify.annotations.NullMarked;
