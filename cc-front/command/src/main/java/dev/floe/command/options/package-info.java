/** The compilers' options as data: how each is spelled, how it takes its value, and what it means for a replay. */
@NullMarked
package dev.floe.command.options;

import org.jspecify.annotations.NullMarked;
