/**
 * What the programs of a job asked the system, recorded by the observer library in src/main/c/observer. The entry is
 * {@link dev.floe.front.observation.ObservationReader}.
 */
@NullMarked
package dev.floe.front.observation;

import org.jspecify.annotations.NullMarked;
