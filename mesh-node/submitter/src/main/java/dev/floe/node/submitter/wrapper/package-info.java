/**
 * The wrapper's protocol: its frames, and what the node asks of a wrapper. The entry is {@link
 * dev.floe.node.submitter.wrapper.WrapperClient}.
 */
@NullMarked
package dev.floe.node.submitter.wrapper;

import org.jspecify.annotations.NullMarked;
