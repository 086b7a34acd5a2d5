/** Results that are being made at the moment: who makes them, and who waits for them. */
@NullMarked
package dev.floe.node.cache.claims;

import org.jspecify.annotations.NullMarked;
