/** Understands compile commands: option tables, classification and input discovery. */
@NullMarked
package dev.floe.front;

import org.jspecify.annotations.NullMarked;
