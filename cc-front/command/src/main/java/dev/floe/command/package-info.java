/** Understands compile commands: option tables, classification and input discovery. */
@NullMarked
package dev.floe.command;

import org.jspecify.annotations.NullMarked;
