/**
 * The directory tree in which one command is replayed: the toolchain and the inputs at the paths that they have on the
 * submitter's machine.
 */
@NullMarked
package dev.floe.node.executor.exectree;

import org.jspecify.annotations.NullMarked;
