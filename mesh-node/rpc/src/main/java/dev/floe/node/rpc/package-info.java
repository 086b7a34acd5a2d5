/**
 * The data plane: HTTP/2 over mutual TLS between two nodes, a stream a request, and the messages that travel on it.
 * Netty stays inside; outside, an {@link dev.floe.node.rpc.stream.PeerStream} is blocking input and output for a
 * virtual thread.
 */
@NullMarked
package dev.floe.node.rpc;

import org.jspecify.annotations.NullMarked;
