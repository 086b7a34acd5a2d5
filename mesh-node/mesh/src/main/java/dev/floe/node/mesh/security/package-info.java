/** The mesh's key, the token that contains it, and the certificate of each node. */
@NullMarked
package dev.floe.node.mesh.security;

import org.jspecify.annotations.NullMarked;
