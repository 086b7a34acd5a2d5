/** Invites machines, rotates the mesh's key, and follows the rotations of others; MembershipService is the entry. */
@NullMarked
package dev.floe.node.membership;

import org.jspecify.annotations.NullMarked;
