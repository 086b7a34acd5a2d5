/** Files of the local machine: atomic writes, removal of directory trees, search paths, streams that take blocks. */
@NullMarked
package dev.floe.store.files;

import org.jspecify.annotations.NullMarked;
