/**
 * Limits that keep one peer, address or program from using up the node: connections, memory, log lines, text lengths.
 */
@NullMarked
package dev.floe.node.bounds;

import org.jspecify.annotations.NullMarked;
