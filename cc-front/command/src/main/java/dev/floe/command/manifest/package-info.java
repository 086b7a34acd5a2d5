/** Manifests: which inputs commands had, and whether they are still the same, without asking the compiler. */
@NullMarked
package dev.floe.command.manifest;

import org.jspecify.annotations.NullMarked;
