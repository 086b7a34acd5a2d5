/** What a node tells the command line: reports about nodes, jobs and toolchains. */
@NullMarked
package dev.floe.node.report;

import org.jspecify.annotations.NullMarked;
