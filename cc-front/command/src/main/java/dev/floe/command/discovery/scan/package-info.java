/**
 * Reads the text of one source file for everything that makes a compiler look at other files, and remembers the answer
 * by the file's digest.
 */
@NullMarked
package dev.floe.command.discovery.scan;

import org.jspecify.annotations.NullMarked;
