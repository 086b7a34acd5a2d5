/** Finds a compile's inputs exactly, by the compiler's own listing and what that listing leaves out. */
@NullMarked
package dev.floe.front.discovery;

import org.jspecify.annotations.NullMarked;
