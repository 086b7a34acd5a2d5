/**
 * What keeps one peer, one address or one program from using up the node: places, memory, lines of the log, lengths of
 * text.
 */
@NullMarked
package dev.floe.node.bounds;

import org.jspecify.annotations.NullMarked;
