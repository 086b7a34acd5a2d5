/** Reports about jobs and builds. */
@NullMarked
package dev.floe.node.report.jobs;

import org.jspecify.annotations.NullMarked;
