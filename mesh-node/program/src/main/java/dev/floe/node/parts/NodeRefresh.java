package dev.floe.node.parts;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import dev.floe.node.host.IdleHeapTrimmer;
import dev.floe.node.submitter.context.TimeoutScheduler;
import dev.floe.node.submitter.schedule.SubmitterScheduler;

/** What a node does now and then: it tells the mesh what has changed unnoticed, and gives back memory. */
public final class NodeRefresh implements AutoCloseable {
    /** A peer that cannot be reached, or a full disk, is known and shown about this late. */
    private static final Duration OFTEN = Duration.ofSeconds(1);

    private final SubmitterParts.Below parts;
    private final PeerEndpoint endpoint;
    private final SubmitterScheduler scheduler;
    private final TimeoutScheduler timeouts;
    private final Duration interval;
    private final IdleHeapTrimmer idleHeap = new IdleHeapTrimmer(); // the timer's own
    private TimeoutScheduler.@Nullable Cancellable timer; // set by start, as the next
    private TimeoutScheduler.@Nullable Cancellable often;

    public NodeRefresh(SubmitterParts.Below parts, PeerEndpoint endpoint, SubmitterScheduler scheduler,
            TimeoutScheduler timeouts,
            Duration interval) {
        this.parts = parts;
        this.endpoint = endpoint;
        this.scheduler = scheduler;
        this.timeouts = timeouts;
        this.interval = interval;
    }

    public void start() {
        timer = timeouts.every(interval, this::run);
        often = timeouts.every(OFTEN, this::runOften);
    }

    private void runOften() {
        NodePublisher publisher = parts.executor().publisher();
        publisher.setDialsOut(endpoint.lookForReverse());
        publisher.checkOften();
    }

    private void run() {
        parts.executor().publisher().refresh();
        scheduler.localSlotsChanged();
        idleHeap.look(parts.executor().executor().tally().counts().done() + parts.storage().log().count()
                + parts.toolchains().store().ids().size(), parts.capacity().slots().use().running() == 0);
    }

    @Override
    public void close() {
        if (timer != null) {
            timer.close();
        }
        if (often != null) {
            often.close();
        }
    }
}
