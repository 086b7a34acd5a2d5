/** What a node tells the command line: reports about nodes, jobs and toolchains. */
@NullMarked
package dev.floe.node.control;

import org.jspecify.annotations.NullMarked;
