/** The toolchains of a node: those made of its own compilers, and those fetched from peers. */
@NullMarked
package dev.floe.node.toolchains;

import org.jspecify.annotations.NullMarked;
