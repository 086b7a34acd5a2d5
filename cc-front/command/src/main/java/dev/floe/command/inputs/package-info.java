/**
 * What a compile reads: its inputs, and the names that it looks for in vain. How they are found is in {@code
 * discovery}.
 */
@NullMarked
package dev.floe.command.inputs;

import org.jspecify.annotations.NullMarked;
