/**
 * Whether a compile saw, where it ran, what it would have seen on the submitter; {@link dev.floe.front.proof.ObservationCheck} tells.
 */
@NullMarked
package dev.floe.front.proof;

import org.jspecify.annotations.NullMarked;
