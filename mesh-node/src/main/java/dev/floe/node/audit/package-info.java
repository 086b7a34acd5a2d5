/** Served results that are made anew elsewhere and compared, and what becomes of those who made them wrong. */
@NullMarked
package dev.floe.node.audit;

import org.jspecify.annotations.NullMarked;
