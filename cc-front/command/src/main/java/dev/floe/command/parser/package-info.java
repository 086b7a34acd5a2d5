/**
 * Reads the arguments of a compiler call by the option tables, and decides whether the command can be replayed. {@link
 * dev.floe.command.parser.CommandClassifier} is the entry.
 */
@NullMarked
package dev.floe.command.parser;

import org.jspecify.annotations.NullMarked;
