package dev.floe.node.web;

import java.util.Optional;
import java.util.function.Function;

/**
 * The sources of the page's data.
 *
 * @param metrics makes the text of {@code /metrics} for a value of the header Accept; empty if there are no metrics
 */
public record WebSources(LiveFeed feed, WebReports reports, Optional<Function<String, WebDocument>> metrics) {}
