package dev.floe.node.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.floe.node.joblog.JobLog;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.joblog.JobTotals;
import dev.floe.node.joblog.ResultProof;
import dev.floe.node.joblog.RunningJob;
import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeFeature;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.rpc.stream.InProcessStream;
import dev.floe.node.rpc.stream.PeerStream;

/** Two nodes: this one, through which the mesh is watched, and a peer that is reached without a network. */
final class MeshWatcherTest {
    private final JobLog ownLog = log();
    private final JobLog peerLog = log();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger(); // exchanges that the peer serves now
    private final BlockingQueue<Runnable> lingering = new LinkedBlockingQueue<>();
    private final WatchServer peerServer = new WatchServer(peerLog, () -> sample(peerLog));
    private volatile Roster roster = new Roster(List.of(peer("desk", 1, true), peer("pc2", 2, false)));
    private final MeshWatcher watcher = new MeshWatcher(() -> new MeshWatcher.Names("desk", "office", "1234"),
            new MeshWatcher.OwnJobs(ownLog, () -> sample(ownLog)), () -> roster, this::open, Clock.systemUTC(),
            lingering::add);

    private static JobLog log() {
        return new JobLog(Optional.empty());
    }

    private static NodeSample sample(JobLog log) {
        return new NodeSample(4, 1, 0, 0.5, 1 << 20, log.totals(), new NodeSample.Executed(1, 0, 0, 0, Duration.ZERO),
                0, log.running().list());
    }

    private PeerStream open(InetSocketAddress address) {
        opened.incrementAndGet();
        return InProcessStream.open("/watch", exchange -> {
            served.incrementAndGet();
            try {
                peerServer.serve(exchange);
            } catch (IOException _) {
                // the watcher has gone
            } finally {
                served.decrementAndGet();
            }
        });
    }

    private static Peer peer(String name, long id, boolean self) {
        return new Peer(new NodeInfo(StateVersion.NONE, new NodeId(id, id), name, "127.0.0.1", 7081,
                new MachineInfo("x86_64", 4, 1, 1 << 30, List.of()), new NodeCapabilities(4, true, "", List.of(), 0),
                "0.1.0", 1,
                0, NodeFeature.all()), null, Duration.ZERO, self);
    }

    private static JobRecord job(String node, int number, JobRecord.Decision decision, String reason) {
        return new JobRecord(node + "/" + number, Instant.EPOCH, "/p/" + number + ".c", "", "/p", List.of("gcc"),
                decision, reason, node, 0, Duration.ofMillis(5), Map.of(), Map.of(), Duration.ZERO, List.of(), "", 1,
                0, 0, 0, "", Duration.ZERO, ResultProof.NONE, node, "");
    }

    @AfterEach
    void close() {
        watcher.close();
    }

    /** Remembers what it was told. */
    private static class Recorder implements MeshFeed.Listener {
        final BlockingQueue<MeshSnapshot> snapshots = new LinkedBlockingQueue<>();
        final BlockingQueue<JobRecord> jobs = new LinkedBlockingQueue<>();
        final CountDownLatch restarted = new CountDownLatch(1);
        final CountDownLatch closed = new CountDownLatch(1);

        @Override
        public void snapshot(MeshSnapshot snapshot) {
            snapshots.add(snapshot);
        }

        @Override
        public void ended(List<JobRecord> ended) {
            jobs.addAll(ended);
        }

        @Override
        public void restart() {
            restarted.countDown();
        }

        @Override
        public void closed() {
            closed.countDown();
        }
    }

    @Test
    void doesNothingWhileNobodyWatches() {
        watcher.rosterChanged(roster);
        peerLog.add(job("pc2", 1, JobRecord.Decision.REMOTE, ""));

        assertThat(opened).hasValue(0);
        assertThat(watcher.recent()).isEmpty();
    }

    @Test
    void tellsOfJobsOfThisNodeAndOfPeers() throws InterruptedException {
        Recorder recorder = new Recorder();
        try (MeshFeed.Subscription _ = watcher.subscribe(MeshFeed.MIN_INTERVAL, recorder)) {
            while (recorder.snapshots.take().nodes().getLast().sample().isEmpty()) {
                // the peer has not answered yet
            }
            ownLog.add(job("desk", 1, JobRecord.Decision.LOCAL, "it links"));
            assertThat(recorder.jobs.take().id()).isEqualTo("desk/1");
            peerLog.add(job("pc2", 1, JobRecord.Decision.CACHED, ""));
            assertThat(recorder.jobs.take().id()).isEqualTo("pc2/1");
        }
        recorder.closed.await();
    }

    @Test
    void aSnapshotHasWhatPeersDidBefore() {
        peerLog.add(job("pc2", 1, JobRecord.Decision.LOCAL, "it links"));
        ownLog.add(job("desk", 1, JobRecord.Decision.LOCAL, "it links"));

        MeshSnapshot snapshot = watcher.snapshot();

        assertThat(snapshot.totals().jobs().all()).isEqualTo(2);
        assertThat(snapshot.totals().slots().all()).isEqualTo(8);
        assertThat(snapshot.totals().slots().busy()).isEqualTo(2);
        assertThat(snapshot.recent()).extracting(JobRecord::submitter).containsExactlyInAnyOrder("desk", "pc2");
        assertThat(snapshot.reasons()).containsExactly(new MeshSnapshot.Reason("it links", 2, ""));
        assertThat(snapshot.toJson()).contains("\"watched\":true").doesNotContain("\"watched\":false");
    }

    @Test
    void jobsThatRunAreSeenFromTheOtherNode() {
        RunningJob running = new RunningJob("pc2/1", "b", "/p/a.c", "/p", "pc2", "desk", JobStep.REMOTE_TOTAL,
                Instant.ofEpochMilli(5), Duration.ofMillis(7), Duration.ofMillis(9));
        try (var _ = peerLog.running().register(() -> Optional.of(running))) {
            assertThat(watcher.snapshot().running()).containsExactly(running);
        }
        assertThat(peerLog.running().list()).isEmpty();
    }

    @Test
    void stopsSomeTimeAfterTheLastWatcherHasLeft() throws InterruptedException {
        Recorder recorder = new Recorder();
        MeshFeed.Subscription subscription = watcher.subscribe(MeshFeed.MIN_INTERVAL, recorder);
        recorder.snapshots.take();
        while (opened.get() == 0) { // the peer is watched on a thread of its own
            Thread.onSpinWait();
        }
        subscription.close();
        Runnable stop = lingering.take();
        assertThat(watcher.recent()).isEmpty();
        watcher.snapshot(); // somebody else looks meanwhile
        assertThat(opened).hasValue(1);

        stop.run();
        while (served.get() > 0) {
            peerLog.add(job("pc2", 1, JobRecord.Decision.REMOTE, "")); // the peer notices at its next message
            Thread.onSpinWait();
        }

        assertThat(opened).hasValue(1);
    }

    @Test
    void aPeerThatHasLeftIsNotShown() {
        assertThat(watcher.snapshot().nodes()).hasSize(2);

        roster = new Roster(List.of(peer("desk", 1, true)));
        watcher.rosterChanged(roster);

        assertThat(watcher.snapshot().nodes()).hasSize(1);
        assertThat(watcher.snapshot().totals().slots().all()).isEqualTo(4);
    }

    @Test
    void aSlowListenerIsToldToStartAgainAndDelaysNobody() throws InterruptedException {
        CountDownLatch goOn = new CountDownLatch(1);
        Recorder slow = new Recorder() {
            @Override
            public void snapshot(MeshSnapshot snapshot) {
                super.snapshot(snapshot);
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        };
        try (MeshFeed.Subscription _ = watcher.subscribe(MeshFeed.MIN_INTERVAL, slow)) {
            slow.snapshots.take();
            for (int i = 0; i <= WatchSubscription.MAX_WAITING; i++) {
                ownLog.add(job("desk", i, JobRecord.Decision.REMOTE, ""));
            }
            goOn.countDown();
            slow.restarted.await();
        }
        List<JobRecord> told = new ArrayList<>();
        slow.jobs.drainTo(told);
        assertThat(told).hasSizeLessThan(WatchSubscription.MAX_WAITING);
    }

    @Test
    void aJobThatIsToldTwiceCountsOnce() {
        RecentJobs recent = new RecentJobs();
        assertThat(recent.add(job("desk", 1, JobRecord.Decision.LOCAL, "a"), 0)).isTrue();
        assertThat(recent.add(job("desk", 1, JobRecord.Decision.LOCAL, "a"), 0)).isFalse();

        assertThat(recent.reasons(9)).containsExactly(new MeshSnapshot.Reason("a", 1, ""));
    }

    @Test
    void remembersTheLastJobsAlone() {
        RecentJobs recent = new RecentJobs();
        for (int i = 0; i < RecentJobs.MAX_JOBS + 5; i++) {
            recent.add(job("desk", i, JobRecord.Decision.LOCAL, i < 5 ? "old" : "new"), i);
        }

        assertThat(recent.all()).hasSize(RecentJobs.MAX_JOBS);
        assertThat(recent.newest(1).getFirst().id()).isEqualTo("desk/" + (RecentJobs.MAX_JOBS + 4));
        assertThat(recent.reasons(9)).extracting(MeshSnapshot.Reason::text).containsExactly("new");
        assertThat(recent.since(RecentJobs.MAX_JOBS)).isEqualTo(5);
    }

    @Test
    void sumsOfAPeerAreBroughtWithinBounds() {
        NodeSample wild = new NodeSample(Integer.MAX_VALUE, -5, 1, Double.NaN, -1,
                new JobTotals(Long.MAX_VALUE, -1, 0, 0, 0, Duration.ofMillis(5), Duration.ZERO, 0, 0),
                new NodeSample.Executed(0, 0, 0, 0, Duration.ZERO), 0, List.of());

        NodeSample read = NodeSample.of("pc2", wild.message());

        assertThat(read.slots()).isEqualTo(1_000_000);
        assertThat(read.busy()).isZero();
        assertThat(read.load()).isEqualTo(-1);
        assertThat(read.totals().jobs()).isEqualTo(1L << 52);
        assertThat(read.totals().remote()).isZero();
    }
}
