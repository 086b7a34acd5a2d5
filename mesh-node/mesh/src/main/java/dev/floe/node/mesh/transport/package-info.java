/** The group's connections: who may connect, how nodes find each other, and the JGroups stack over it. */
@NullMarked
package dev.floe.node.mesh.transport;

import org.jspecify.annotations.NullMarked;
