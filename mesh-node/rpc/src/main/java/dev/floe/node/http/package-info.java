/**
 * HTTP/1.1 of this node's own servers: {@link dev.floe.node.http.HttpListener} takes connections, a virtual thread
 * serves each.
 */
@NullMarked
package dev.floe.node.http;

import org.jspecify.annotations.NullMarked;
