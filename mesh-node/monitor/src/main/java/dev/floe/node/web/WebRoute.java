package dev.floe.node.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The route of a path of the page. */
sealed interface WebRoute {
    record Page(StaticFiles.StaticFile file) implements WebRoute {}

    record Events() implements WebRoute {}

    record Snapshot() implements WebRoute {}

    /** The jobs that have ended in the whole mesh. */
    record Recent() implements WebRoute {}

    record Metrics() implements WebRoute {}

    /** A report of the node: one JSON object, or if {@code many} an array of all lines. */
    record Report(List<String> request, boolean many) implements WebRoute {}

    /** Something that changes the node; by POST. */
    record Action(List<String> request) implements WebRoute {}

    Map<String, WebRoute> FIXED = Map.ofEntries(
            Map.entry("/events", new Events()),
            Map.entry("/metrics", new Metrics()),
            Map.entry("/api/snapshot.json", new Snapshot()),
            Map.entry("/api/recent.json", new Recent()),
            Map.entry("/api/jobs.json", new Report(List.of("jobs", "--json"), true)),
            Map.entry("/api/builds.json", new Report(List.of("builds", "--json"), true)),
            Map.entry("/api/stats.json", new Report(List.of("stats", "--json"), false)),
            Map.entry("/api/cache.json", new Report(List.of("cache-stats", "--json"), false)),
            Map.entry("/api/toolchains.json", new Report(List.of("toolchains", "--json"), true)),
            Map.entry("/api/nodes.json", new Report(List.of("nodes", "--json"), false)),
            Map.entry("/api/settings.json", new Report(List.of("settings", "--json"), false)),
            Map.entry("/api/doctor.json", new Report(List.of("doctor", "--json"), true)),
            Map.entry("/api/pause", new Action(List.of("pause"))),
            Map.entry("/api/resume", new Action(List.of("resume"))));

    /** @param path without its query */
    static Optional<WebRoute> find(String path, StaticFiles files) {
        WebRoute fixed = FIXED.get(path);
        return fixed != null ? Optional.of(fixed) : files.find(path).map(Page::new);
    }
}
