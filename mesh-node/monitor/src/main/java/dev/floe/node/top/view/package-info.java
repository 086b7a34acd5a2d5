/** Draws the lists and figures of {@code floe top} as the user has chosen to see them. */
@NullMarked
package dev.floe.node.top.view;

import org.jspecify.annotations.NullMarked;
