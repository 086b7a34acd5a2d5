/** What became of every job: the record that {@code floe jobs} shows and the job log holds. */
@NullMarked
package dev.floe.node.joblog;

import org.jspecify.annotations.NullMarked;
