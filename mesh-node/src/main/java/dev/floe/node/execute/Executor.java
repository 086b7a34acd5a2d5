package dev.floe.node.execute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.Exchange;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.JobMessage.WireState;
import dev.floe.store.ContentStore;

/** Takes offers from submitters and compiles for them. The sole authority on this node's slots. */
public final class Executor implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(Executor.class);

    private final Site site;
    private final Path jobs;
    private final AtomicLong nextJob = new AtomicLong();
    private final Tally tally = new Tally();

    /** What every job here uses. */
    public interface Site {
        Slots slots();

        ContentStore store();

        Toolchains held();

        Limits limits();

        /** The sandbox, or why this node does not execute. */
        Sandbox.Availability sandbox();

        /** This node's state as of now. */
        WireState state();

        /** Whether this node is about to leave. */
        boolean draining();
    }

    /**
     * @param jobs directory for the jobs' trees, in the file system of the store; what an earlier run left there is removed
     */
    public Executor(Site site, Path jobs) throws IOException {
        this.site = site;
        this.jobs = jobs;
        Files.createDirectories(jobs);
        Trees.deleteContents(jobs);
    }

    /** What this node has done for others since it started. */
    public Tally tally() {
        return tally;
    }

    /** Serves one {@code /job} exchange from offer to outcome. */
    public void serve(Exchange exchange) throws IOException {
        try (Conversation conversation = new Conversation(exchange)) {
            Offer offer = conversation.receive(Offer.class);
            Job job = new Job(site, offer, conversation, jobs.resolve(Long.toString(nextJob.incrementAndGet())));
            Optional<String> refusal = refusal();
            if (refusal.isPresent()) {
                job.refuse(refusal.get());
                tally.refused();
                return;
            }
            Job.End end = job.run();
            tally.count(end);
            LOG.debug("job={} submitter={} end={}", offer.jobId(), exchange.peer(), end);
        }
    }

    private Optional<String> refusal() {
        return switch (site.sandbox()) {
            case Sandbox.Availability.Unavailable unavailable -> Optional.of("no sandbox: " + unavailable.why());
            case Sandbox.Availability.Available _ when site.draining() -> Optional.of("leaving the mesh");
            case Sandbox.Availability.Available _ when site.slots().use().slots() == 0 -> Optional.of("has no slots");
            case Sandbox.Availability.Available _ when isFull(site.slots().use()) -> Optional.of("full");
            case Sandbox.Availability.Available _ -> Optional.empty();
        };
    }

    /** A short queue hides the round trip and the upload of the next job; more than that waits better elsewhere. */
    private static boolean isFull(Slots.Use use) {
        return use.waiting() >= queueLength(use.slots());
    }

    static int queueLength(int slots) {
        return Math.max(1, (slots + 3) / 4);
    }

    /** What a queued job is told to expect, from the mean of the jobs so far. */
    static Duration expectedWait(Slots.Use use, Duration mean) {
        return mean.multipliedBy(use.waiting() + 1L).dividedBy(Math.max(1, use.slots()));
    }

    @Override
    public void close() throws IOException {
        Trees.deleteContents(jobs);
    }
}
