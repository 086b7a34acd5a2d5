/**
 * Which node sends a toolchain: the nearest holder, or one node that fetches it for all near it
 * ({@code RelaySelector}).
 */
@NullMarked
package dev.floe.node.toolchains.relay;

import org.jspecify.annotations.NullMarked;
