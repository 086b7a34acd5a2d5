/**
 * The test of the connections between nodes, in both directions, for {@code floe doctor}. {@link
 * dev.floe.node.reach.ReachTest} asks the peers, {@link dev.floe.node.reach.ReachService} answers.
 */
@NullMarked
package dev.floe.node.reach;

import org.jspecify.annotations.NullMarked;
