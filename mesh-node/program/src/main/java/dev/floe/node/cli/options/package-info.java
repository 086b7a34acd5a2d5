/** Options that several commands share, and where their defaults come from. */
@NullMarked
package dev.floe.node.cli.options;

import org.jspecify.annotations.NullMarked;
