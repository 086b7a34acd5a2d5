/**
 * The page of a node: static files, JSON and server-sent events by HTTP/1.1. {@link dev.floe.node.web.WebServer} is the
 * entry; {@link dev.floe.node.web.access.WebRequestFilter} decides who may look and who may act.
 */
@NullMarked
package dev.floe.node.web;

import org.jspecify.annotations.NullMarked;
