/**
 * Finds the files that a compiler reads although no source includes them: locales, time zones, precompiled headers,
 * specs, ThinLTO indexes.
 */
@NullMarked
package dev.floe.command.discovery.implicit;

import org.jspecify.annotations.NullMarked;
