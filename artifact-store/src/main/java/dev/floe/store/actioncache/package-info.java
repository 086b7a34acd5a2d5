/** The records of the result cache: action keys, action results, and the codec of both. */
@NullMarked
package dev.floe.store.actioncache;

import org.jspecify.annotations.NullMarked;
