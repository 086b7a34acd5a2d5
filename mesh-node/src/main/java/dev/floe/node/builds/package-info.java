/**
 * Builds: which commands belong together, what became of them in all, and their trace; {@link
 * dev.floe.node.builds.BuildLog} keeps them.
 */
@NullMarked
package dev.floe.node.builds;

import org.jspecify.annotations.NullMarked;
