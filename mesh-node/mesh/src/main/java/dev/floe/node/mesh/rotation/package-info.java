/** Replaces the key of a mesh by another; KeyRotation is what the members get, RotationChain what a node keeps. */
@NullMarked
package dev.floe.node.mesh.rotation;

import org.jspecify.annotations.NullMarked;
