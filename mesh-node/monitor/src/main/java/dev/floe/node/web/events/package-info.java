/** The mesh as server-sent events for the clients of the page. */
@NullMarked
package dev.floe.node.web.events;

import org.jspecify.annotations.NullMarked;
