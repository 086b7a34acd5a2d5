/**
 * Reads the record in which the observer library (src/main/c/observer) notes what the programs of a job asked for.
 * The entry is {@link dev.floe.command.observation.ObservationReader}.
 */
@NullMarked
package dev.floe.command.observation;

import org.jspecify.annotations.NullMarked;
