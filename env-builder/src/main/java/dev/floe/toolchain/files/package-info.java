/** Access to the files of the machine on which a compiler is called, as its caller sees them. */
@NullMarked
package dev.floe.toolchain.files;

import org.jspecify.annotations.NullMarked;
