/** Invitations into the mesh, and the door at which machines that are not members redeem them. */
@NullMarked
package dev.floe.node.mesh.membership;

import org.jspecify.annotations.NullMarked;
