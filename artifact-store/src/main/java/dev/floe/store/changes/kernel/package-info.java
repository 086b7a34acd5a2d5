/**
 * What the kernel says about changes of files: inotify's events and the mount table.
 * {@link dev.floe.store.changes.kernel.KernelEvents} is the entry.
 */
@NullMarked
package dev.floe.store.changes.kernel;

import org.jspecify.annotations.NullMarked;
