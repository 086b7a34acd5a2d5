package dev.floe.node.report.jobs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

import dev.floe.node.joblog.JobRecord;
import dev.floe.node.submitter.NodeSocketServer.LineSink;
import dev.floe.node.watch.MeshFeed;
import dev.floe.node.watch.MeshSnapshot;

/** The mesh as it changes, one JSON object a line, until the client goes away. */
public final class WatchReport {
    private final MeshFeed feed;

    public WatchReport(MeshFeed feed) {
        this.feed = feed;
    }

    public void once(LineSink lines) throws IOException {
        lines.accept(snapshotLine(feed.snapshot()));
    }

    /** Returns when the client has gone, which the next snapshot finds out. */
    public void follow(Duration interval, LineSink lines) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        MeshFeed.Listener listener = new MeshFeed.Listener() {
            @Override
            public void snapshot(MeshSnapshot snapshot) {
                write(snapshotLine(snapshot));
            }

            @Override
            public void ended(List<JobRecord> jobs) {
                write(jobs.stream().map(JobRecord::toJson).collect(Collectors.joining(",", "{\"ended\":[", "]}")));
            }

            @Override
            public void restart() {
                write("{\"restart\":true}");
            }

            @Override
            public void closed() {
                ended.complete(null);
            }

            private void write(String line) {
                try {
                    lines.accept(line);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        try (MeshFeed.Subscription _ = feed.subscribe(interval, listener)) {
            ended.join();
        }
    }

    private static String snapshotLine(MeshSnapshot snapshot) {
        return "{\"snapshot\":" + snapshot.toJson() + "}";
    }
}
