/**
 * The user's host as a command is classified and its inputs are found: read by the node itself ({@link
 * dev.floe.node.submitter.wrapper.host.DirectHostAccess}) where it sees the user's files, otherwise through the wrapper
 * ({@link dev.floe.node.submitter.wrapper.host.WrapperHostAccess}).
 */
@NullMarked
package dev.floe.node.submitter.wrapper.host;

import org.jspecify.annotations.NullMarked;
