/**
 * What an executor does: slots, the tree in which a command is replayed, the sandbox around it, and what comes back.
 */
@NullMarked
package dev.floe.node.executor;

import org.jspecify.annotations.NullMarked;
