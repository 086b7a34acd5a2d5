/**
 * Compilers that came in an environment made elsewhere: taken in, kept, and asked in the sandbox, the only place where
 * they run.
 */
@NullMarked
package dev.floe.node.toolchains.imported;

import org.jspecify.annotations.NullMarked;
