/** The executor: admission, slots, exec roots, the sandbox, and the outputs of a job. */
@NullMarked
package dev.floe.node.executor;

import org.jspecify.annotations.NullMarked;
