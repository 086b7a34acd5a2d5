/** What the submitter asks about compilers: which toolchain one belongs to, and what can stand in for it. */
@NullMarked
package dev.floe.node.submitter.compilers;

import org.jspecify.annotations.NullMarked;
