/**
 * Whom to ask for the bytes of a toolchain: the nearest holders, each in turn until one answers
 * ({@code HedgedRequest}), or one node that fetches it for all near it ({@code RelaySelector}).
 */
@NullMarked
package dev.floe.node.toolchains.relay;

import org.jspecify.annotations.NullMarked;
