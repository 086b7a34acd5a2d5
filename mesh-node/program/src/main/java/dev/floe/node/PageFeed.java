package dev.floe.node;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

import dev.floe.node.joblog.JobRecord;
import dev.floe.node.watch.MeshFeed;
import dev.floe.node.watch.MeshSnapshot;
import dev.floe.node.web.events.LiveFeed;
import dev.floe.node.web.events.WebReports;

/** The page's feed of what happens in the mesh. */
record PageFeed(MeshFeed feed) implements LiveFeed {
    @Override
    public LiveSubscription subscribe(Duration interval, LiveFeedListener listener) {
        MeshFeed.Subscription subscription = feed.subscribe(interval, new MeshFeed.Listener() {
            @Override
            public void snapshot(MeshSnapshot snapshot) {
                listener.snapshot(snapshot.toJson());
            }

            @Override
            public void ended(List<JobRecord> jobs) {
                listener.ended(jobs.stream().map(JobRecord::toJson).collect(Collectors.joining(",", "[", "]")));
            }

            @Override
            public void restart() {
                listener.restart();
            }

            @Override
            public void closed() {
                listener.closed();
            }
        });
        return subscription::close;
    }

    @Override
    public String snapshot() {
        return feed.snapshot().toJson();
    }

    @Override
    public void recent(WebReports.Lines jobs) throws IOException {
        for (JobRecord job : feed.recent()) {
            jobs.accept(job.toJson());
        }
    }
}
