/** The machine under the node, the configuration of the node, and the order in which its parts start and stop. */
@NullMarked
package dev.floe.node.host;

import org.jspecify.annotations.NullMarked;
