/**
 * The wrapper's protocol: its frames, and the user's host as the wrapper shows it. The entry is {@link
 * dev.floe.node.submitter.wrapper.WrapperClient}.
 */
@NullMarked
package dev.floe.node.submitter.wrapper;

import org.jspecify.annotations.NullMarked;
