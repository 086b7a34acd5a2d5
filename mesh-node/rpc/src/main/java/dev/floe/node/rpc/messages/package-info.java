/**
 * The messages of the data plane, one sealed interface for each path; {@link dev.floe.node.rpc.messages.WireSchema}
 * lists them.
 */
@NullMarked
package dev.floe.node.rpc.messages;

import org.jspecify.annotations.NullMarked;
