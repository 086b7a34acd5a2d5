/** Orders the nodes for one job. {@link dev.floe.placement.ranking.Placement} is the entry. */
@NullMarked
package dev.floe.placement.ranking;

import org.jspecify.annotations.NullMarked;
