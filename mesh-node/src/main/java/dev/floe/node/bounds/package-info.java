/**
 * What keeps one peer, one address or one program from using up the node: places, memory, lines of the log, lengths of
 * text. Also the order in which locks are taken ({@link dev.floe.node.bounds.LockRank}), since every package may use this
 * one.
 */
@NullMarked
package dev.floe.node.bounds;

import org.jspecify.annotations.NullMarked;
