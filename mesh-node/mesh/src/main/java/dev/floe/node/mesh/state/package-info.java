/**
 * The records that nodes publish about themselves. Each is a ProtoStream message: a field number never changes its
 * meaning, new fields take new numbers, and unknown ones are ignored.
 */
@NullMarked
package dev.floe.node.mesh.state;

import org.jspecify.annotations.NullMarked;
