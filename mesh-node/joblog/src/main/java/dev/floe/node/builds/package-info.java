/**
 * Builds: which commands belong together, their totals, and their traces. {@link dev.floe.node.builds.BuildLog} keeps
 * them.
 */
@NullMarked
package dev.floe.node.builds;

import org.jspecify.annotations.NullMarked;
