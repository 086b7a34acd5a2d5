/** The job log: a record of every job, which {@code floe jobs} shows. */
@NullMarked
package dev.floe.node.joblog;

import org.jspecify.annotations.NullMarked;
