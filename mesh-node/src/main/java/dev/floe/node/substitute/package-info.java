/** Compilers of another architecture that give the same answers: described, compared, and found for a submitter. */
@NullMarked
package dev.floe.node.substitute;

import org.jspecify.annotations.NullMarked;
