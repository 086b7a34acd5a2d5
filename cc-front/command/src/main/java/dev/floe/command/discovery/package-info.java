/**
 * Finds the inputs of a compile by reading its sources, and by the compiler's own listing ({@code -M}) where reading
 * cannot tell.
 */
@NullMarked
package dev.floe.command.discovery;

import org.jspecify.annotations.NullMarked;
