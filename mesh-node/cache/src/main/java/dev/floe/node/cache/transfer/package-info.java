/** Looks results up on peers, fetches them and waits for them there. */
@NullMarked
package dev.floe.node.cache.transfer;

import org.jspecify.annotations.NullMarked;
