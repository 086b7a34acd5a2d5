/** Reports for the command line and the page: nodes, jobs, builds, statistics, toolchains, findings. */
@NullMarked
package dev.floe.node.report;

import org.jspecify.annotations.NullMarked;
