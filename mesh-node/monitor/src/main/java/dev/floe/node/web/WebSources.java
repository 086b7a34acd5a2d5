package dev.floe.node.web;

import java.util.Optional;
import java.util.function.Function;

import dev.floe.node.web.events.LiveFeed;
import dev.floe.node.web.events.WebReports;

/**
 * The sources of the page's data.
 *
 * @param metrics makes the text of {@code /metrics} for a value of the header Accept; empty if there are no metrics
 */
public record WebSources(LiveFeed feed, WebReports reports, Optional<Function<String, WebDocument>> metrics) {}
