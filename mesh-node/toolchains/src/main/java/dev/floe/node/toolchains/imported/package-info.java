/**
 * Imported compilers: reads the archives of environments, keeps them, and queries the compilers in the sandbox, where
 * alone they run.
 */
@NullMarked
package dev.floe.node.toolchains.imported;

import org.jspecify.annotations.NullMarked;
