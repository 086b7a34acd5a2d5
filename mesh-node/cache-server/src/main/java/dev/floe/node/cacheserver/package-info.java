/**
 * The mesh's cache for tools that people already run, on this machine only: HTTP on the loopback for ccache, Bazel and
 * sccache, and a Unix socket for ccache's storage helper protocol. All of them see {@link
 * dev.floe.node.cacheserver.values.KeyValueStore}: opaque bytes by name.
 */
@NullMarked
package dev.floe.node.cacheserver;

import org.jspecify.annotations.NullMarked;
