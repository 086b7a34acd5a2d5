package dev.floe.node.executor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import jdk.jfr.FlightRecorder;

import dev.floe.node.bounds.MemoryExhaustedException;
import dev.floe.node.cache.keys.ResultBuilder;
import dev.floe.node.executor.admission.AdmissionController;
import dev.floe.node.executor.admission.InstalledInputs;
import dev.floe.node.executor.admission.OfferLimits;
import dev.floe.node.executor.admission.OfferRejectedException;
import dev.floe.node.executor.admission.PeerInputDictionaries;
import dev.floe.node.executor.admission.Refusal;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.executor.exectree.ExecRootPool;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.ResendInputs;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.store.FailureText;
import dev.floe.store.files.TreeDeleter;
import dev.floe.toolchain.ToolchainId;

/** Takes offers from submitters and compiles for them. The sole authority on this node's slots. */
public final class Executor implements AutoCloseable {
    /** Why a node that its user has paused does not execute. */
    public static final String PAUSED = "paused by its user";

    private static final Logger LOG = LogManager.getLogger(Executor.class);

    private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(5);
    private static final long RESERVE_BYTES = 128L << 20;
    /** What a submitter says of the way to it counts up to this. */
    private static final long MAX_TRAVEL_MILLIS = 10_000;

    private final Path jobs;
    private final ExecutorResources resources;
    private final ExecutorMode mode;
    private final ExecutorReports reports;
    private final Optional<ResultSink> keeper;
    private final ExecRootPool trees;
    private final AtomicLong nextJob = new AtomicLong();
    private final ExecutorStats tally = new ExecutorStats();
    private final PeerInputDictionaries glossaries = new PeerInputDictionaries();
    private final AdmissionController admission;
    private final InstalledInputs installed;
    private final RunningExecutions running = new RunningExecutions();
    private volatile boolean closed; // once set, no job begins

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
     * @param jobs   directory for the jobs' trees, in the file system of the store
     * @param keeper where results are kept; empty if this node keeps none
     */
    public Executor(Path jobs, ExecutorResources resources, ExecutorMode mode, ExecutorReports reports,
            Optional<ResultSink> keeper) {
        this.jobs = jobs;
        this.resources = resources;
        this.mode = mode;
        this.reports = reports;
        this.keeper = keeper;
        this.admission = resources.admission();
        this.installed = new InstalledInputs(resources.store());
        this.trees = new ExecRootPool(jobs.resolve("trees"));
    }

    /** Makes the directory, and removes what an earlier run left there. */
    public void start() throws IOException {
        Files.createDirectories(jobs);
        Files.setPosixFilePermissions(jobs, PosixFilePermissions.fromString("rwx------"));
        TreeDeleter.deleteContents(jobs);
        trees.start();
    }

    /** What this node has done for others since it started. */
    public ExecutorStats tally() {
        return tally;
    }

    /**
     * Returns jobs of other nodes that have not started, and waits until those that have started end, but no longer
     * than {@code limit}.
     *
     * @return how many are left
     */
    public int drain(Duration limit) {
        return running.drain(limit);
    }

    /** Serves one {@code /job} exchange from offer to outcome. */
    public void serve(PeerStream exchange) throws IOException {
        try (MessageStream conversation = new MessageStream(exchange)) {
            Optional<Offer> taken = taken(conversation);
            if (taken.isEmpty()) {
                return;
            }
            Offer offer = taken.get();
            if (admission.isStalled(exchange.node())) {
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
                    JobExecution job = job(offer, conversation, SlotPool.SlotPriority.FOREIGN);
                    run(job, admitted.place(), admitted.expectedWait());
                }
            }
        }
    }

    /** Why an offer is refused, and how the submitter is told. */
    private record Trouble(Refusal refusal, String text) {}

    /** What keeps this node from any job now, or from those for the offer's toolchain. */
    private Optional<Trouble> trouble(Offer offer) {
        if (mode.sandbox() instanceof Sandbox.Availability.Unavailable(String why)) {
            return Optional.of(new Trouble(Refusal.NOT_EXECUTING, "it does not execute: " + why));
        }
        if (mode.isPaused()) {
            return Optional.of(new Trouble(Refusal.PAUSED, "it does not execute: " + PAUSED));
        }
        try {
            ToolchainId id = new ToolchainId(offer.running());
            return resources.toolchains().trouble(id).map(why -> new Trouble(Refusal.TOOLCHAIN,
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
            conversation.send(new Failure(FailureText.of(e), reports.drawState()));
        } catch (MemoryExhaustedException e) {
            LOG.warn("refused an offer peer={}: {}", conversation.exchange().peer(), FailureText.of(e));
            tally.refused(Refusal.TOO_LONG);
            conversation
                    .send(new OfferAnswer(AdmissionVerdict.REFUSED, List.of(), 0, "no memory for so long an offer now",
                            reports.drawState(), 0));
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
        return whole.orElseThrow(
                () -> new OfferRejectedException("the offer uses numbers of inputs that it has not defined"));
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
            JobExecution job = job(offer, conversation, kind);
            run(job, admission.admitOwn(offer.submitter(), kind == SlotPool.SlotPriority.LOCAL), Duration.ZERO);
        }
    }

    private JobExecution job(Offer offer, MessageStream conversation, SlotPool.SlotPriority kind) {
        Path directory = jobs.resolve(Long.toString(nextJob.incrementAndGet()));
        return new JobExecution(new JobExecution.JobSurroundings(resources, mode, reports, keeper, trees, installed),
                offer, conversation, directory, kind);
    }

    private void run(JobExecution job, AdmissionController.Reservation taken, Duration wait) throws IOException {
        running.add(job);
        try (AdmissionController.Reservation place = taken) {
            if (closed) {
                job.abort();
            } else if (mode.isDraining() && job.isForeign()) {
                job.returnToSubmitter(); // it was admitted just before
            }
            JobExecution.JobEnd end = FlightRecorder.isInitialized() // its first event sets it up, which takes long
                    ? runRecorded(job, place, wait)
                    : job.run(place, wait);
            if (job.isForeign()) {
                tally.count(end);
                tally.spent(job.compilerMicros());
            }
            LOG.debug("{} end={}", job, end);
        } finally {
            Thread.ofVirtual().name("sweep " + job).start(() -> end(job));
        }
    }

    private static JobExecution.JobEnd runRecorded(JobExecution job, AdmissionController.Reservation place,
            Duration wait) throws IOException {
        ExecutedJobEvent event = new ExecutedJobEvent();
        event.begin();
        JobExecution.JobEnd end = job.run(place, wait);
        if (event.shouldCommit()) {
            job.describe(event, end);
            event.commit();
        }
        return end;
    }

    private void end(JobExecution job) {
        job.cleanUp();
        running.remove(job);
    }

    private AdmissionController.AdmissionResult admit(Offer offer, String node) {
        AdmissionController.OfferedJob job = new AdmissionController.OfferedJob(
                Duration.ofMillis(Math.clamp(offer.predictedMillis(), 0, 3_600_000)),
                Math.max(0, offer.memoryBytes()),
                Duration.ofMillis(Math.clamp(offer.travelMillis(), 0, MAX_TRAVEL_MILLIS)));
        return admission.admit(node, job, resources.freeMemory().getAsLong(), RESERVE_BYTES, mode.isDraining());
    }

    private void refuse(MessageStream conversation, Offer offer, Refusal why, String reason) throws IOException {
        tally.refused(why);
        conversation.send(
                new OfferAnswer(AdmissionVerdict.REFUSED, List.of(), 0, reason, reports.drawState(), offer.glossary()));
        conversation.finish();
    }

    /**
     * Ends all jobs before it takes their trees away: a command that suddenly misses a file may succeed with another
     * result.
     */
    @Override
    public void close() throws IOException {
        closed = true;
        running.abort(SHUTDOWN_TIMEOUT);
        TreeDeleter.deleteContents(jobs);
    }
}
