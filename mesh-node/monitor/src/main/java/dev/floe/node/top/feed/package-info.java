/** What the node reports about the mesh, read from its JSON lines. */
@NullMarked
package dev.floe.node.top.feed;

import org.jspecify.annotations.NullMarked;
