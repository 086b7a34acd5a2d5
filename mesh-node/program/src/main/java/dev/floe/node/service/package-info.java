/**
 * What a service manager and its journal hear from a node: its state, that it is alive, the levels of its log lines.
 * The entry is {@link dev.floe.node.service.ServiceNotifier}.
 */
@NullMarked
package dev.floe.node.service;

import org.jspecify.annotations.NullMarked;
