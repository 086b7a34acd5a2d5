/** Opaque values under names, as build tools store them, and values on their way in. */
@NullMarked
package dev.floe.node.cacheserver.values;

import org.jspecify.annotations.NullMarked;
