/** From the compiler that a user calls to the list of files it is made of, by asking it and by reading ELF. */
@NullMarked
package dev.floe.toolchain.locate;

import org.jspecify.annotations.NullMarked;
