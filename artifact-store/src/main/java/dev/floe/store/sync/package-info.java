/**
 * Files that must outlive a power cut. The entry is {@link dev.floe.store.sync.FileGroupSync}, which writes many at
 * once to the disk.
 */
@NullMarked
package dev.floe.store.sync;

import org.jspecify.annotations.NullMarked;
