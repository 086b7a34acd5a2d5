/** The results that this node holds, and which results it accepts. */
@NullMarked
package dev.floe.node.cache.local;

import org.jspecify.annotations.NullMarked;
