/** The mesh's result cache: the results that this node holds, and how it finds, fetches and replicates results. */
@NullMarked
package dev.floe.node.cache;

import org.jspecify.annotations.NullMarked;
