/** The command lines that clients (the native program floe) send to the node; {@link ClientSession} serves one. */
@NullMarked
package dev.floe.node.submitter.client;

import org.jspecify.annotations.NullMarked;
