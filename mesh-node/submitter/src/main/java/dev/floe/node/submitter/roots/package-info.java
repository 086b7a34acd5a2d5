/**
 * The files of a wrapper that has another root than the node, which the node reads through a descriptor of that root.
 * The entry is {@link dev.floe.node.submitter.roots.UserRoot}.
 */
@NullMarked
package dev.floe.node.submitter.roots;

import org.jspecify.annotations.NullMarked;
