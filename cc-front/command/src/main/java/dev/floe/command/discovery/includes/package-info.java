/** Follows includes along the header search path, and records every path that is looked up on the way. */
@NullMarked
package dev.floe.command.discovery.includes;

import org.jspecify.annotations.NullMarked;
