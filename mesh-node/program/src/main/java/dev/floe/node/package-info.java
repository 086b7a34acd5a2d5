/** The node: one process that submits, executes and keeps the mesh's state. */
@NullMarked
package dev.floe.node;

import org.jspecify.annotations.NullMarked;
