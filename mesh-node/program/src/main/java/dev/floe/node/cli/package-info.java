/** The command line {@code floe}. */
@NullMarked
package dev.floe.node.cli;

import org.jspecify.annotations.NullMarked;
