/**
 * The live terminal view of the mesh; {@link dev.floe.node.top.TopSession} runs it, {@link
 * dev.floe.node.top.PlainReport} prints it once.
 */
@NullMarked
package dev.floe.node.top;

import org.jspecify.annotations.NullMarked;
