package dev.floe.node.report.jobs;

import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import dev.floe.node.Node;
import dev.floe.node.builds.BuildGroups;
import dev.floe.node.builds.BuildLog;
import dev.floe.node.builds.BuildSummary;
import dev.floe.node.builds.ChromeTrace;
import dev.floe.node.report.format.ControlReport;
import dev.floe.node.report.format.JsonLine;
import dev.floe.node.report.format.TextTable;
import dev.floe.node.submitter.NodeSocketServer.LineSink;

/** The builds of this node, the latest first. */
public record BuildsReport(List<BuildRow> builds, ZoneId zone) implements ControlReport {
    /** For what has ended to be counted. */
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

    /** The report for a request of the command line: {@code builds [-n N] [ID]}. */
    public static ControlReport answer(Node node, List<String> request) throws IOException {
        List<String> words = new ArrayList<>(request.subList(1, request.size()));
        words.remove("--json");
        int max = BuildLog.MAX_BUILDS;
        if (words.size() > 1 && words.getFirst().equals("-n") && words.get(1).matches("[0-9]{1,6}")) {
            max = Integer.parseInt(words.get(1));
            words = words.subList(2, words.size());
        }
        return words.isEmpty()
                ? latest(node.buildLog(), node.builds(), max)
                : new Details(find(node.buildLog(), node.builds(), words.getFirst()));
    }

    /** Writes the trace of a build. */
    public static void trace(Node node, String beginning, LineSink lines) throws IOException {
        String id = find(node.buildLog(), node.builds(), beginning).summary().id();
        ChromeTrace.write(id, node.buildLog().jobs(id), lines::accept);
    }

    /** A build. */
    record BuildRow(BuildSummary summary, boolean running) {}

    public BuildsReport {
        builds = List.copyOf(builds);
    }

    /** @param max of the builds */
    static BuildsReport latest(BuildLog log, BuildGroups groups, int max) {
        log.await(TIMEOUT);
        return new BuildsReport(log.summaries().stream().limit(max)
                .map(summary -> new BuildRow(summary, groups.isRunning(summary.id()))).toList(),
                ZoneId.systemDefault());
    }

    /**
     * One build.
     *
     * @param beginning of its id; of no other's
     * @throws IOException if there is no such build, or several; the message says so
     */
    static BuildRow find(BuildLog log, BuildGroups groups, String beginning) throws IOException {
        log.await(TIMEOUT);
        List<BuildSummary> meant = log.summary(beginning).map(List::of).orElseGet(() -> log.summaries().stream()
                .filter(summary -> !beginning.isEmpty() && summary.id().startsWith(beginning)).toList());
        if (meant.size() != 1) {
            throw new IOException((meant.isEmpty() ? "no build of this node" : "more than one build of this node")
                    + " begins with " + beginning + "; floe builds shows the last ones");
        }
        return new BuildRow(meant.getFirst(), groups.isRunning(meant.getFirst().id()));
    }

    @Override
    public void json(LineSink lines) throws IOException {
        for (BuildRow build : builds) {
            lines.accept(json(build));
        }
    }

    private static String json(BuildRow build) throws IOException {
        return JsonLine.object(out -> {
            build.summary().writeFields(out);
            out.writeBooleanField("running", build.running());
        });
    }

    @Override
    public void text(LineSink lines) throws IOException {
        TextTable table = new TextTable("ID", "STARTED", "SECONDS", "JOBS", "REMOTE", "CACHED", "LOCAL", "CPU SAVED",
                "DIRECTORY", "");
        for (BuildRow build : builds) {
            BuildSummary sums = build.summary();
            table.row(sums.id(), TIME.format(sums.started().atZone(zone)), seconds(sums.wall()), sums.jobs(),
                    sums.remote(), sums.cached(), sums.local(), seconds(sums.saved()), sums.directory(),
                    build.running() ? "running" : "");
        }
        table.write(lines);
    }

    /** One build with all that is known of it. */
    record Details(BuildRow build) implements ControlReport {
        @Override
        public void json(LineSink lines) throws IOException {
            lines.accept(BuildsReport.json(build));
        }

        @Override
        public void text(LineSink lines) throws IOException {
            BuildSummary sums = build.summary();
            lines.accept("build      " + sums.id() + (build.running() ? " (running)" : ""));
            lines.accept("directory  " + sums.directory());
            lines.accept("started    " + sums.started());
            lines.accept("wall time  " + seconds(sums.wall()) + " s, with commands " + seconds(sums.active()) + " s");
            lines.accept("jobs       " + sums.jobs() + ": " + sums.remote() + " remote, " + sums.cached()
                    + " from the cache, " + sums.local() + " local");
            for (Map.Entry<String, Integer> executor : sums.executors().entrySet()) {
                lines.accept("  remote   " + executor.getValue() + " on " + executor.getKey());
            }
            for (Map.Entry<String, Integer> reason : sums.localReasons().entrySet()) {
                lines.accept("  local    " + reason.getValue() + ": " + reason.getKey());
            }
            for (Map.Entry<String, Integer> proof : sums.proofs().entrySet()) {
                lines.accept("  results  " + proof.getValue() + " " + proof.getKey().replace('_', ' '));
            }
            lines.accept("CPU saved  " + seconds(sums.saved()) + " s: " + seconds(sums.compiler())
                    + " s of compilers on other nodes, " + seconds(sums.cacheSaved()) + " s by the cache");
            lines.accept("bytes      " + sums.bytesSent() + " sent, " + sums.bytesReceived() + " received");
            for (BuildSummary.SlowJob job : sums.slowest()) {
                lines.accept("slowest    " + seconds(job.total()) + " s, " + job.decision() + " on " + job.node() + ": "
                        + job.source());
            }
        }
    }

    /** A build in one line, as {@code floe run} prints it at the end; empty if nothing is known of it. */
    public static String line(Node node, String id) {
        node.builds().awaitEnd(id, TIMEOUT);
        node.buildLog().await(TIMEOUT);
        return node.buildLog().summary(id).map(BuildsReport::line).orElse("");
    }

    static String line(BuildSummary sums) {
        String why = sums.localReasons().entrySet().stream().findFirst()
                .map(most -> " (" + most.getValue() + ": " + most.getKey() + ")").orElse("");
        return sums.jobs() + (sums.jobs() == 1 ? " job in " : " jobs in ") + seconds(sums.wall()) + " s: "
                + sums.remote() + " remote, " + sums.cached() + " from the cache, " + sums.local() + " local" + why
                + "; " + seconds(sums.saved()) + " s of CPU saved";
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f", time.toMillis() / 1e3);
    }
}
