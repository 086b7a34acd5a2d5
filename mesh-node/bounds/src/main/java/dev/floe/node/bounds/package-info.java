/**
 * Limits that keep one peer, address or program from using up the node: connections, memory, log lines, text lengths.
 * Also the order in which locks are taken ({@link dev.floe.node.bounds.LockRank}), since every package may use it.
 */
@NullMarked
package dev.floe.node.bounds;

import org.jspecify.annotations.NullMarked;
