/** Runs one command in its exec root, in a sandbox, and collects what it has written. */
@NullMarked
package dev.floe.node.executor.sandbox;

import org.jspecify.annotations.NullMarked;
