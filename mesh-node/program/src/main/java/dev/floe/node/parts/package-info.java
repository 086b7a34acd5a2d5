/**
 * The parts of a node, one record for each subsystem. Building one has no side effects; {@link
 * dev.floe.node.host.NodeLifecycle} starts them.
 */
@NullMarked
package dev.floe.node.parts;

import org.jspecify.annotations.NullMarked;
