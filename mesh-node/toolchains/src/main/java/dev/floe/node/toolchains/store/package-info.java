/** The toolchains that this node holds, and their transfer between nodes. */
@NullMarked
package dev.floe.node.toolchains.store;

import org.jspecify.annotations.NullMarked;
