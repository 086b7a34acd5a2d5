/** The secret that makes a mesh: its key, the token that carries it, and the certificate that each node shows. */
@NullMarked
package dev.floe.node.mesh.security;

import org.jspecify.annotations.NullMarked;
