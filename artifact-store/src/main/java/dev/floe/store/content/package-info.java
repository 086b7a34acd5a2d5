/** Keeps files by their digest, within a bound: {@link dev.floe.store.content.ContentStore}. */
@NullMarked
package dev.floe.store.content;

import org.jspecify.annotations.NullMarked;
