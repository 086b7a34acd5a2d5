/**
 * Manual pages, completions of shells and help topics, made from the command line's model and the documentation. The
 * entry is {@link dev.floe.node.cli.reference.ReferenceWriter}; {@link dev.floe.node.cli.reference.HelpTopic} has the
 * topics.
 */
@NullMarked
package dev.floe.node.cli.reference;

import org.jspecify.annotations.NullMarked;
