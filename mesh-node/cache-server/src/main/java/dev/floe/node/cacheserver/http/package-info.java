/** The cache over HTTP/1.1, for Bazel, sccache, ccache and WebDAV clients. */
@NullMarked
package dev.floe.node.cacheserver.http;

import org.jspecify.annotations.NullMarked;
