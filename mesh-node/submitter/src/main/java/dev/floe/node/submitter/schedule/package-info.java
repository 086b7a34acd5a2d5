/**
 * The submitter's scheduler: what it knows of all nodes, and which executor it asks next. The entry is {@link
 * dev.floe.node.submitter.schedule.SubmitterScheduler}.
 */
@NullMarked
package dev.floe.node.submitter.schedule;

import org.jspecify.annotations.NullMarked;
