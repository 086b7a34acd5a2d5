/** The terminal: cells, frames, the difference between two frames, and keys. */
@NullMarked
package dev.floe.node.top.terminal;

import org.jspecify.annotations.NullMarked;
