/**
 * Live view of the mesh for the terminal and the page: a node subscribes to its peers while somebody watches through
 * it.
 */
@NullMarked
package dev.floe.node.watch;

import org.jspecify.annotations.NullMarked;
