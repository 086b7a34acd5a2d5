/** Decides which offers are accepted: slots, memory, and the limits that an offer must keep. */
@NullMarked
package dev.floe.node.executor.admission;

import org.jspecify.annotations.NullMarked;
