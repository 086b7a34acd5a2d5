/** The group of nodes: who is in the mesh, what each node is and does, and the state that they share. */
@NullMarked
package dev.floe.node.mesh;

import org.jspecify.annotations.NullMarked;
