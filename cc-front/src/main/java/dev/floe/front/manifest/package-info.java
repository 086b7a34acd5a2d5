/** Which inputs commands had, and whether they are still the same: without asking the compiler. */
@NullMarked
package dev.floe.front.manifest;

import org.jspecify.annotations.NullMarked;
