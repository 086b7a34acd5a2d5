package dev.floe.node.executor;

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

import dev.floe.node.bounds.MemoryExhaustedException;
import dev.floe.node.cache.ResultBuilder;
import dev.floe.node.rpc.MessageStream;
import dev.floe.node.rpc.PeerStream;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.ResendInputs;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.store.ContentStore;
import dev.floe.store.FailureText;
import dev.floe.toolchain.ToolchainId;

/** Takes offers from submitters and compiles for them. The sole authority on this node's slots. */
public final class Executor implements AutoCloseable {
    /** Why a node that its user has paused does not execute. */
    public static final String PAUSED = "paused by its user";

    private static final Logger LOG = LogManager.getLogger(Executor.class);

    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);
    private static final long RESERVE_BYTES = 128L << 20;

    private final ExecutorDependencies site;
    private final Path jobs;
    private final ExecRootPool trees;
    private final AtomicLong nextJob = new AtomicLong();
    private final ExecutorStats tally = new ExecutorStats();
    private final PeerInputDictionaries glossaries = new PeerInputDictionaries();
    private final AdmissionController ledger = new AdmissionController();
    private final Set<JobExecution> running = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock(); // taken to take a job out of running
    private final Condition idle = lock.newCondition();
    private volatile boolean closed; // once set, no job begins

    /** What every job here uses. */
    public interface ExecutorDependencies {
        SlotPool slots();

        ContentStore store();

        ToolchainProvider held();

        JobLimits limits();

        /** The sandbox, or why this node does not execute. */
        Sandbox.Availability sandbox();

        /** The sandbox for this node's own jobs, which it may run though it does not execute for others. */
        Sandbox.Availability ownSandbox();

        /** This node's state as of now. */
        WireState nextState();

        /** Whether this node is about to leave. */
        boolean draining();

        /** Whether the user of this node has paused it: it refuses new jobs of others. */
        boolean paused();

        /** A job could not be done for a reason of this node itself, such as a full disk. */
        default void jobFailed() {
            // what has failed shows with the next job
        }

        /** Where results are kept; empty if this node keeps none. */
        Optional<ResultSink> keeper();
    }

    /** Keeps results for others. */
    public interface ResultSink {
        /**
         * Makes a result of what a command left, with all its bytes in this node's store, or as empty if it cannot be
         * kept.
         */
        Optional<ResultBuilder.BuiltResult> make(Offer offer, List<ResultBuilder.OutputFileOnDisk> files, Path output,
                Path error, Duration compute,
                @Nullable WireObservation observation);

        /** Announces it. */
        void keep(ResultBuilder.BuiltResult kept);
    }

    /**
     * @param jobs directory for the jobs' trees, in the file system of the store; what an earlier run left there is
     *             removed
     */
    public Executor(ExecutorDependencies site, Path jobs) throws IOException {
        this.site = site;
        this.jobs = jobs;
        Files.createDirectories(jobs);
        Files.setPosixFilePermissions(jobs, PosixFilePermissions.fromString("rwx------"));
        TreeDeleter.deleteContents(jobs);
        this.trees = new ExecRootPool(jobs.resolve("trees"));
    }

    /** What this node has done for others since it started. */
    public ExecutorStats tally() {
        return tally;
    }

    /** Serves one {@code /job} exchange from offer to outcome. */
    public void serve(PeerStream exchange) throws IOException {
        try (MessageStream conversation = new MessageStream(exchange)) {
            Optional<Offer> taken = taken(conversation);
            if (taken.isEmpty()) {
                return;
            }
            Offer offer = taken.get();
            if (ledger.isStalled(exchange.node())) {
                refuse(conversation, offer, Refusal.STALLED, "the inputs of an earlier job did not come");
                return;
            }
            Optional<Trouble> trouble = trouble(offer);
            if (trouble.isPresent()) {
                refuse(conversation, offer, trouble.get().refusal(), trouble.get().text());
                return;
            }
            switch (admit(offer, exchange.node())) {
                case AdmissionController.AdmissionResult.NotAdmitted refused ->
                    refuse(conversation, offer, Refusal.of(refused.reason()),
                            refused.reason().name().toLowerCase(Locale.ROOT).replace('_', ' '));
                case AdmissionController.AdmissionResult.Admitted admitted -> {
                    JobExecution job = new JobExecution(site, offer, conversation,
                            new JobExecution.JobPlace(nextDirectory(), trees), ledger,
                            SlotPool.SlotPriority.FOREIGN);
                    run(job, admitted.place(), admitted.expectedWait());
                }
            }
        }
    }

    /** Why an offer is refused, and how the submitter is told. */
    private record Trouble(Refusal refusal, String text) {}

    /** What keeps this node from any job now, or from those for the offer's toolchain. */
    private Optional<Trouble> trouble(Offer offer) {
        if (site.sandbox() instanceof Sandbox.Availability.Unavailable(String why)) {
            return Optional.of(new Trouble(Refusal.NOT_EXECUTING, "it does not execute: " + why));
        }
        if (site.paused()) {
            return Optional.of(new Trouble(Refusal.PAUSED, "it does not execute: " + PAUSED));
        }
        try {
            ToolchainId id = new ToolchainId(offer.running());
            return site.held().trouble(id).map(why -> new Trouble(Refusal.TOOLCHAIN,
                    "no jobs for toolchain " + id.brief() + " now: " + why));
        } catch (IllegalArgumentException _) {
            return Optional.empty(); // the job says what is wrong with it
        }
    }

    /** The offer; empty if it is refused whatever it is worth. */
    private Optional<Offer> taken(MessageStream conversation) throws IOException {
        try {
            Offer offer = offer(conversation);
            OfferLimits.check(offer);
            return Optional.of(offer);
        } catch (OfferRejectedException e) {
            LOG.warn("refused an offer peer={}: {}", conversation.exchange().peer(), FailureText.of(e));
            tally.refused(Refusal.MALFORMED);
            conversation.send(new Failure(FailureText.of(e), site.nextState()));
        } catch (MemoryExhaustedException e) {
            LOG.warn("refused an offer peer={}: {}", conversation.exchange().peer(), FailureText.of(e));
            tally.refused(Refusal.TOO_LONG);
            conversation
                    .send(new OfferAnswer(AdmissionVerdict.REFUSED, List.of(), 0, "no memory for so long an offer now",
                            site.nextState(), 0));
        }
        conversation.finish();
        return Optional.empty();
    }

    private Offer offer(MessageStream conversation) throws IOException {
        String node = conversation.exchange().node();
        Offer first = conversation.receive(Offer.class);
        Optional<Offer> whole = glossaries.whole(node, first);
        if (whole.isEmpty()) {
            conversation.send(new ResendInputs(first.glossary()));
            conversation.flush();
            whole = glossaries.whole(node, conversation.receive(Offer.class));
        }
        return whole.orElseThrow(() -> new OfferRejectedException("the offer names inputs that it has not told of"));
    }

    /** The same for this node's own submitter, whose jobs are not refused and come first. */
    public void serveOwn(PeerStream exchange) throws IOException {
        serveOwn(exchange, SlotPool.SlotPriority.LOCAL);
    }

    /** The same for a job that nobody waits for: it comes last. */
    public void serveInBackground(PeerStream exchange) throws IOException {
        serveOwn(exchange, SlotPool.SlotPriority.BACKGROUND);
    }

    private void serveOwn(PeerStream exchange, SlotPool.SlotPriority kind) throws IOException {
        try (MessageStream conversation = new MessageStream(exchange)) {
            Offer offer = conversation.receive(Offer.class);
            JobExecution job = new JobExecution(site, offer, conversation,
                    new JobExecution.JobPlace(nextDirectory(), trees), ledger, kind);
            run(job, ledger.admitOwn(offer.submitter(), kind == SlotPool.SlotPriority.LOCAL), Duration.ZERO);
        }
    }

    private Path nextDirectory() {
        return jobs.resolve(Long.toString(nextJob.incrementAndGet()));
    }

    private void run(JobExecution job, AdmissionController.Reservation taken, Duration wait) throws IOException {
        running.add(job);
        try (AdmissionController.Reservation place = taken) {
            if (closed) {
                job.abort();
            }
            ExecutedJobEvent event = new ExecutedJobEvent();
            event.begin();
            JobExecution.JobEnd end = job.run(place, wait);
            if (event.shouldCommit()) {
                job.describe(event, end);
                event.commit();
            }
            if (job.isForeign()) {
                tally.count(end);
                tally.spent(job.compilerMicros());
            }
            LOG.debug("{} end={}", job, end);
        } finally {
            Thread.ofVirtual().name("sweep " + job).start(() -> end(job));
        }
    }

    private void end(JobExecution job) {
        job.cleanUp();
        lock.lock();
        try {
            running.remove(job);
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private AdmissionController.AdmissionResult admit(Offer offer, String node) {
        return ledger.admit(node, site.slots()::use,
                Duration.ofMillis(Math.clamp(offer.predictedMillis(), 0, 3_600_000)),
                Math.max(0, offer.memoryBytes()), site.nextState().freeMemoryBytes(), RESERVE_BYTES, site.draining());
    }

    private void refuse(MessageStream conversation, Offer offer, Refusal why, String reason) throws IOException {
        tally.refused(why);
        conversation.send(
                new OfferAnswer(AdmissionVerdict.REFUSED, List.of(), 0, reason, site.nextState(), offer.glossary()));
        conversation.finish();
    }

    /** This node's slots, those included that are kept for jobs whose inputs travel. */
    public SlotPool.SlotUsage use() {
        return ledger.use(site.slots()::use);
    }

    /** As {@link SlotPool#roomForLocal}, less the jobs for local commands that do not stand in line yet. */
    public int roomForLocal() {
        return ledger.roomForLocal(site.slots()::roomForLocal);
    }

    /** Run time promised to jobs that wait here for a slot. */
    public Duration queuedWork() {
        return ledger.queuedWork();
    }

    /**
     * Ends all jobs before it takes their trees away: a command that misses a file of a sudden may succeed with another
     * result.
     */
    @Override
    public void close() throws IOException {
        closed = true;
        running.forEach(JobExecution::abort);
        lock.lock();
        try {
            long left = SHUTDOWN_TIMEOUT.toNanos();
            while (!running.isEmpty() && left > 0) {
                left = idle.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
        TreeDeleter.deleteContents(jobs);
    }
}
