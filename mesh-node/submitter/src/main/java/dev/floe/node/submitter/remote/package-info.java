/** Offers a job to executors, one after the other, and brings the outputs back. */
@NullMarked
package dev.floe.node.submitter.remote;

import org.jspecify.annotations.NullMarked;
