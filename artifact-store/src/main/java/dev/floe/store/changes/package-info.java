/**
 * Change notification: what the kernel reports (inotify) about files that this process has looked at, so that nothing
 * that did not change is looked at again. {@link dev.floe.store.changes.FileChangeMonitor} is the entry.
 */
@NullMarked
package dev.floe.store.changes;

import org.jspecify.annotations.NullMarked;
