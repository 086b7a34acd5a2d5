/** Who is in the mesh and what each node is and does: the group of nodes and the state that it shares. */
@NullMarked
package dev.floe.node.mesh;

import org.jspecify.annotations.NullMarked;
