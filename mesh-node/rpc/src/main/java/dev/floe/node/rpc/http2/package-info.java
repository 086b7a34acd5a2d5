/** Streams over HTTP/2: flow control, liveness of the connection, and waits that end. */
@NullMarked
package dev.floe.node.rpc.http2;

import org.jspecify.annotations.NullMarked;
