package dev.floe.node.execute;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.NoMemoryException;
import dev.floe.node.cache.Maker;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.Exchange;
import dev.floe.node.wire.JobMessage.Answer;
import dev.floe.node.wire.JobMessage.Failure;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.JobMessage.TellAll;
import dev.floe.node.wire.JobMessage.Verdict;
import dev.floe.node.wire.JobMessage.WireState;
import dev.floe.node.wire.WireObservation;
import dev.floe.store.ContentStore;
import dev.floe.store.FailureText;
import dev.floe.toolchain.ToolchainId;

/** Takes offers from submitters and compiles for them. The sole authority on this node's slots. */
public final class Executor implements AutoCloseable {
    private static final Logger LOG = LogManager.getLogger(Executor.class);

    private static final Duration FAREWELL = Duration.ofSeconds(5);
    private static final long RESERVE_BYTES = 128L << 20;

    private final Site site;
    private final Path jobs;
    private final TreePool trees;
    private final AtomicLong nextJob = new AtomicLong();
    private final Tally tally = new Tally();
    private final Glossaries glossaries = new Glossaries();
    private final Ledger ledger = new Ledger();
    private final Set<Job> running = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock(); // taken to take a job out of running
    private final Condition idle = lock.newCondition();
    private volatile boolean closed; // once set, no job begins

    /** What every job here uses. */
    public interface Site {
        Slots slots();

        ContentStore store();

        Toolchains held();

        Limits limits();

        /** The sandbox, or why this node does not execute. */
        Sandbox.Availability sandbox();

        /** The sandbox for this node's own jobs, which it may run though it does not execute for others. */
        Sandbox.Availability ownSandbox();

        /** This node's state as of now. */
        WireState state();

        /** Whether this node is about to leave. */
        boolean draining();

        /** A job could not be done for a reason of this node itself, such as a full disk. */
        default void jobFailed() {
            // what has failed shows with the next job
        }

        /** Where results are kept; empty if this node keeps none. */
        Optional<Keeper> keeper();
    }

    /** Keeps results for others. */
    public interface Keeper {
        /** Makes a result of what a command left, with all its bytes in this node's store, or as empty if it cannot be kept. */
        Optional<Maker.Kept> make(Offer offer, List<Maker.Made> files, Path output, Path error, Duration compute,
                @Nullable WireObservation observation);

        /** Announces it. */
        void keep(Maker.Kept kept);
    }

    /**
     * @param jobs directory for the jobs' trees, in the file system of the store; what an earlier run left there is removed
     */
    public Executor(Site site, Path jobs) throws IOException {
        this.site = site;
        this.jobs = jobs;
        Files.createDirectories(jobs);
        Files.setPosixFilePermissions(jobs, PosixFilePermissions.fromString("rwx------"));
        Trees.deleteContents(jobs);
        this.trees = new TreePool(jobs.resolve("trees"));
    }

    /** What this node has done for others since it started. */
    public Tally tally() {
        return tally;
    }

    /** Serves one {@code /job} exchange from offer to outcome. */
    public void serve(Exchange exchange) throws IOException {
        try (Conversation conversation = new Conversation(exchange)) {
            Optional<Offer> taken = taken(conversation);
            if (taken.isEmpty()) {
                return;
            }
            Offer offer = taken.get();
            if (ledger.isStalled(exchange.node())) {
                refuse(conversation, offer, "the inputs of an earlier job did not come");
                return;
            }
            Optional<String> trouble = trouble(offer);
            if (trouble.isPresent()) {
                refuse(conversation, offer, trouble.get());
                return;
            }
            switch (enter(offer, exchange.node())) {
                case Ledger.Entry.Refused refused ->
                    refuse(conversation, offer, refused.reason().name().toLowerCase(Locale.ROOT).replace('_', ' '));
                case Ledger.Entry.Admitted admitted -> {
                    Job job = new Job(site, offer, conversation, nextDirectory(), trees, ledger, Slots.Kind.FOREIGN);
                    run(job, admitted.place(), admitted.expectedWait());
                }
            }
        }
    }

    /** What keeps this node from any job now, or from those for the offer's toolchain. */
    private Optional<String> trouble(Offer offer) {
        if (site.sandbox() instanceof Sandbox.Availability.Unavailable(String why)) {
            return Optional.of("it does not execute: " + why);
        }
        try {
            ToolchainId id = new ToolchainId(offer.running());
            return site.held().trouble(id).map(why -> "no jobs for toolchain " + id.brief() + " now: " + why);
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // the job says what is wrong with it
        }
    }

    /** The offer; empty if it is refused whatever it is worth. */
    private Optional<Offer> taken(Conversation conversation) throws IOException {
        try {
            Offer offer = offer(conversation);
            OfferBounds.check(offer);
            return Optional.of(offer);
        } catch (OfferRefusedException e) {
            LOG.warn("refused an offer peer={}: {}", conversation.exchange().peer(), FailureText.of(e));
            tally.refused();
            conversation.send(new Failure(FailureText.of(e), site.state()));
        } catch (NoMemoryException e) {
            LOG.warn("refused an offer peer={}: {}", conversation.exchange().peer(), FailureText.of(e));
            tally.refused();
            conversation.send(new Answer(Verdict.REFUSED, List.of(), 0, "no memory for so long an offer now",
                    site.state(), 0));
        }
        conversation.finish();
        return Optional.empty();
    }

    private Offer offer(Conversation conversation) throws IOException {
        String node = conversation.exchange().node();
        Offer first = conversation.receive(Offer.class);
        Optional<Offer> whole = glossaries.whole(node, first);
        if (whole.isEmpty()) {
            conversation.send(new TellAll(first.glossary()));
            conversation.flush();
            whole = glossaries.whole(node, conversation.receive(Offer.class));
        }
        return whole.orElseThrow(() -> new OfferRefusedException("the offer names inputs that it has not told of"));
    }

    /** The same for this node's own submitter, whose jobs are not refused and come first. */
    public void serveOwn(Exchange exchange) throws IOException {
        serveOwn(exchange, Slots.Kind.LOCAL);
    }

    /** The same for a job that nobody waits for: it comes last. */
    public void serveInBackground(Exchange exchange) throws IOException {
        serveOwn(exchange, Slots.Kind.BACKGROUND);
    }

    private void serveOwn(Exchange exchange, Slots.Kind kind) throws IOException {
        try (Conversation conversation = new Conversation(exchange)) {
            Offer offer = conversation.receive(Offer.class);
            Job job = new Job(site, offer, conversation, nextDirectory(), trees, ledger, kind);
            run(job, ledger.enterOwn(offer.submitter(), kind == Slots.Kind.LOCAL), Duration.ZERO);
        }
    }

    private Path nextDirectory() {
        return jobs.resolve(Long.toString(nextJob.incrementAndGet()));
    }

    private void run(Job job, Ledger.Place taken, Duration wait) throws IOException {
        running.add(job);
        try (Ledger.Place place = taken) {
            if (closed) {
                job.abort();
            }
            Job.End end = job.run(place, wait);
            if (job.isForeign()) {
                tally.count(end);
                tally.spent(job.compilerMicros());
            }
            LOG.debug("{} end={}", job, end);
        } finally {
            Thread.ofVirtual().name("sweep " + job).start(() -> end(job));
        }
    }

    private void end(Job job) {
        job.sweep();
        lock.lock();
        try {
            running.remove(job);
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Ledger.Entry enter(Offer offer, String node) {
        return ledger.enter(node, site.slots()::use,
                Duration.ofMillis(Math.clamp(offer.predictedMillis(), 0, 3_600_000)),
                Math.max(0, offer.memoryBytes()), site.state().freeMemoryBytes(), RESERVE_BYTES, site.draining());
    }

    private void refuse(Conversation conversation, Offer offer, String reason) throws IOException {
        tally.refused();
        conversation.send(new Answer(Verdict.REFUSED, List.of(), 0, reason, site.state(), offer.glossary()));
        conversation.finish();
    }

    /** This node's slots, those included that are kept for jobs whose inputs travel. */
    public Slots.Use use() {
        return ledger.use(site.slots()::use);
    }

    /** As {@link Slots#roomForLocal}, less the jobs for local commands that do not stand in line yet. */
    public int roomForLocal() {
        return ledger.roomForLocal(site.slots()::roomForLocal);
    }

    /** Run time promised to jobs that wait here for a slot. */
    public Duration promised() {
        return ledger.promised();
    }

    /** Ends all jobs before it takes their trees away: a command that misses a file of a sudden may succeed with another result. */
    @Override
    public void close() throws IOException {
        closed = true;
        running.forEach(Job::abort);
        lock.lock();
        try {
            long left = FAREWELL.toNanos();
            while (!running.isEmpty() && left > 0) {
                left = idle.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        Trees.deleteContents(jobs);
    }
}
