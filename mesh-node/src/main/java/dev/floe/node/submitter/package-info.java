/**
 * What a submitter does: it hears a wrapper, understands the command, finds its inputs, chooses an executor and brings
 * the result back. The wrapper's protocol is docs/wrapper-protocol.md.
 */
@NullMarked
package dev.floe.node.submitter;

import org.jspecify.annotations.NullMarked;
