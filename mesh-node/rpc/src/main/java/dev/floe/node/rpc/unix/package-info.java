/**
 * Connections over Unix sockets with which descriptors can be passed. The entry is {@link
 * dev.floe.node.rpc.unix.UnixStreamServer}.
 */
@NullMarked
package dev.floe.node.rpc.unix;

import org.jspecify.annotations.NullMarked;
