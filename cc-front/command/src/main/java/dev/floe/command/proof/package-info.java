/**
 * Decides whether a compile on a peer saw what it would have seen on the submitter. The entry is {@link
 * dev.floe.command.proof.ObservationCheck}.
 */
@NullMarked
package dev.floe.command.proof;

import org.jspecify.annotations.NullMarked;
