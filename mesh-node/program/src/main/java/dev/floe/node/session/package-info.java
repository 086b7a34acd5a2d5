/**
 * The node that a process runs, and another one in its place when the machine has got another address. The entry is
 * {@link dev.floe.node.session.NodeSession}.
 */
@NullMarked
package dev.floe.node.session;

import org.jspecify.annotations.NullMarked;
