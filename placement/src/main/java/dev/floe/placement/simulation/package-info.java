/** A discrete-event simulation of a mesh that places by the policy, compared with an omniscient central scheduler. */
@NullMarked
package dev.floe.placement.simulation;

import org.jspecify.annotations.NullMarked;
