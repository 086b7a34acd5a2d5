/** Decides who may look at the page, and who may act. */
@NullMarked
package dev.floe.node.web.access;

import org.jspecify.annotations.NullMarked;
