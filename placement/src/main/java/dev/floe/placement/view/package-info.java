/**
 * What a submitter knows about the nodes of its mesh: what they said of themselves, corrected by what it has seen
 * since.
 */
@NullMarked
package dev.floe.placement.view;

import org.jspecify.annotations.NullMarked;
