/** Substitute compilers: describes compilers, compares those of other architectures, and finds one for a submitter. */
@NullMarked
package dev.floe.node.substitute;

import org.jspecify.annotations.NullMarked;
