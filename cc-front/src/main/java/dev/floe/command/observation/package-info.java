/**
 * What the programs of a job asked the system, recorded by the observer library in src/main/c/observer. The entry is
 * {@link dev.floe.command.observation.ObservationReader}.
 */
@NullMarked
package dev.floe.command.observation;

import org.jspecify.annotations.NullMarked;
