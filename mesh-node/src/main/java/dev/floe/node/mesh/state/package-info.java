/**
 * What nodes tell each other about themselves. Each record is a ProtoStream message: a field's number never changes its
 * meaning, new fields take new numbers, and unknown ones are ignored.
 */
@NullMarked
package dev.floe.node.mesh.state;

import org.jspecify.annotations.NullMarked;
