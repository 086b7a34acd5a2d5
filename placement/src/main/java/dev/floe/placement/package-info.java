/** The placement policy: pure functions from a cluster view and a job to ranked executors. */
@NullMarked
package dev.floe.placement;

import org.jspecify.annotations.NullMarked;
