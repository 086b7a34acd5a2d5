/** What commands came to: results by the digest of all that went into them. */
@NullMarked
package dev.floe.store.action;

import org.jspecify.annotations.NullMarked;
