/**
 * Computes action keys, which do not depend on where a project lies if its outputs do not, and makes results under
 * them.
 */
@NullMarked
package dev.floe.node.cache.keys;

import org.jspecify.annotations.NullMarked;
