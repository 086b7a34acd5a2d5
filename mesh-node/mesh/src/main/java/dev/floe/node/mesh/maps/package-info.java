/**
 * How the maps that the members share are kept, and what holds after a partition. {@code MapConfigurations} is the
 * entry.
 */
@NullMarked
package dev.floe.node.mesh.maps;

import org.jspecify.annotations.NullMarked;
