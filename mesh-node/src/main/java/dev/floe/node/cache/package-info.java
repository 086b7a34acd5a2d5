/** The mesh's cache of results: what this node holds of it, and how it comes to hold more. */
@NullMarked
package dev.floe.node.cache;

import org.jspecify.annotations.NullMarked;
