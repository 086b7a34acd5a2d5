/**
 * Whether a compile saw, where it ran, what it would have seen on the submitter; {@link
 * dev.floe.command.proof.ObservationCheck} tells.
 */
@NullMarked
package dev.floe.command.proof;

import org.jspecify.annotations.NullMarked;
