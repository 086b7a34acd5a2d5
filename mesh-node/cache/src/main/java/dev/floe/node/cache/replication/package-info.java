/** Keeps a second copy of each result on another node, and repairs copies after a node has left. */
@NullMarked
package dev.floe.node.cache.replication;

import org.jspecify.annotations.NullMarked;
