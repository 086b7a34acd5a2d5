/** Reports as JSON lines and as tables of text. */
@NullMarked
package dev.floe.node.report.format;

import org.jspecify.annotations.NullMarked;
