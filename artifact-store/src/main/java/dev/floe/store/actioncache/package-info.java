/** What commands came to: results by the digest of all that went into them. */
@NullMarked
package dev.floe.store.actioncache;

import org.jspecify.annotations.NullMarked;
