package dev.floe.node.executor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.PeerText;
import dev.floe.node.cache.keys.ResultBuilder;
import dev.floe.node.executor.admission.AdmissionController;
import dev.floe.node.executor.admission.InstalledInputs;
import dev.floe.node.executor.admission.JobInputReceiver;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.executor.exectree.CorruptToolchainException;
import dev.floe.node.executor.exectree.ExecRoot;
import dev.floe.node.executor.exectree.ExecRootPool;
import dev.floe.node.executor.exectree.LocalToolchain;
import dev.floe.node.executor.exectree.WireObservations;
import dev.floe.node.executor.sandbox.CommandReplay;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.executor.sandbox.SandboxProcess;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.ExecutionStarted;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.rpc.messages.JobMessage.JobReturned;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.StreamBrokenException;
import dev.floe.node.rpc.stream.WireProtocol;
import dev.floe.store.FailureText;
import dev.floe.store.files.TreeDeleter;
import dev.floe.toolchain.ToolchainId;

/**
 * One job on its executor, from the offer to the last byte of its result. Runs on one virtual thread; when the
 * submitter goes away the wait in line is cancelled and the command killed, on whichever thread notices.
 */
final class JobExecution {
    /** How a job ended. */
    enum JobEnd {
        DONE, FAILED, CANCELLED, RETURNED
    }

    private static final Logger LOG = LogManager.getLogger(JobExecution.class);
    private static final String LEAVES = "the node leaves the mesh";

    private final JobSurroundings around;
    private final Offer offer;
    private final MessageStream conversation;
    private final Path directory;
    private final SlotPool.SlotPriority kind;
    private final JobStopwatch watch = new JobStopwatch();
    private long compilerMicros; // set and read by the job's thread
    // This and sandboxed: set by the job's thread, read by the one that sweeps.
    private ExecRootPool.@Nullable ExecRootLease loan;
    private @Nullable SandboxProcess sandboxed;
    private boolean queued; // owned by the thread of the job
    private final JobLifetime lifetime = new JobLifetime();

    /** What the jobs of one executor share. */
    record JobSurroundings(ExecutorResources resources, ExecutorMode mode, ExecutorReports reports,
            Optional<Executor.ResultSink> keeper, ExecRootPool trees, InstalledInputs installed) {}

    /** @param kind whether it is a job of this node itself */
    JobExecution(JobSurroundings around, Offer offer, MessageStream conversation, Path directory,
            SlotPool.SlotPriority kind) {
        this.kind = kind;
        this.around = around;
        this.offer = offer;
        this.conversation = conversation;
        this.directory = directory;
    }

    /** @param wait what the submitter is told to expect */
    JobEnd run(AdmissionController.Reservation place, Duration wait) throws IOException {
        conversation.exchange().onClosed(lifetime::cancel);
        try {
            LocalToolchain toolchain = answerAndReceiveInputs(wait);
            try (SlotPool.Lease lease = slot(place)) {
                if (!lifetime.begin()) {
                    throw new CancellationException();
                }
                watch.lap(JobStopwatch.Step.QUEUE);
                place.started();
                announceStart();
                replay(toolchain, lease);
            }
            return JobEnd.DONE;
        } catch (StreamBrokenException | CancellationException _) {
            return lifetime.isReturned() && !lifetime.isCancelled() ? giveBack() : JobEnd.CANCELLED;
        } catch (CorruptToolchainException e) {
            LOG.warn("{}; it will be fetched again", FailureText.of(e));
            around.resources().toolchains().evict(e.toolchain());
            return fail(e);
        } catch (IOException e) {
            return fail(e);
        }
    }

    /** CPU time of the command, in microseconds; 0 if it has not ended. */
    long compilerMicros() {
        return compilerMicros;
    }

    void describe(ExecutedJobEvent event, JobEnd end) {
        event.id = PeerText.of(offer.jobId());
        event.submitter = conversation.exchange().node();
        event.kind = kind.name().toLowerCase(Locale.ROOT);
        event.toolchain = PeerText.of(offer.running());
        event.end = end.name().toLowerCase(Locale.ROOT);
        event.input = watch.nanos(JobStopwatch.Step.FETCH_INPUTS);
        event.queue = watch.nanos(JobStopwatch.Step.QUEUE);
        event.tree = watch.nanos(JobStopwatch.Step.EXEC_ROOT);
        event.run = watch.nanos(JobStopwatch.Step.RUN);
        event.collect = watch.nanos(JobStopwatch.Step.COLLECT);
        event.compiler = TimeUnit.MICROSECONDS.toNanos(compilerMicros);
    }

    boolean isForeign() {
        return kind == SlotPool.SlotPriority.FOREIGN;
    }

    @Override
    public String toString() {
        return "job=" + PeerText.of(offer.jobId()) + " submitter=" + conversation.exchange().peer();
    }

    /** Ends the job without an answer, whatever it is doing; from any thread. */
    void abort() {
        conversation.close();
        lifetime.cancel();
    }

    /** Has the submitter ask another node if the job has not started; from any thread. */
    void returnToSubmitter() {
        lifetime.giveBack();
    }

    private JobEnd giveBack() throws IOException {
        try {
            conversation.send(returned(conversation.exchange().protocol(), around.reports().drawState()));
            conversation.finish();
            return JobEnd.RETURNED;
        } catch (StreamBrokenException _) {
            return JobEnd.CANCELLED;
        }
    }

    /** What a submitter that speaks this version is told of a job that comes back. */
    static JobMessage returned(WireProtocol version, JobMessage.WireState state) {
        return version.returnsJobs() ? new JobReturned(LEAVES, state) : new Failure(LEAVES, state);
    }

    private JobEnd fail(IOException reason) throws IOException {
        if (lifetime.isCancelled()) {
            return JobEnd.CANCELLED;
        }
        LOG.info("job={} submitter={} cannot run on this node: {}", PeerText.of(offer.jobId()),
                conversation.exchange().peer(), PeerText.of(FailureText.of(reason)));
        around.reports().jobFailed();
        try {
            String told = new FailureReason(offer, directory).of(reason);
            conversation.send(new Failure(told, around.reports().drawState()));
            conversation.finish();
            return JobEnd.FAILED;
        } catch (StreamBrokenException _) {
            return JobEnd.CANCELLED;
        }
    }

    /** Answers the offer, and gathers what the command needs while it may still wait for its turn. */
    private LocalToolchain answerAndReceiveInputs(Duration wait) throws IOException {
        ToolchainId id = toolchain();
        JobInputReceiver inputs = new JobInputReceiver(offer, conversation, around.resources().store(),
                around.installed());
        List<Integer> missing = inputs.missing();
        around.resources().toolchains().prepare(id);
        Optional<LocalToolchain> held = around.resources().toolchains().getIfPresent(id);
        boolean now = held.isPresent() && wait.isZero();
        queued = !now;
        conversation.send(new OfferAnswer(now ? AdmissionVerdict.ACCEPTED : AdmissionVerdict.QUEUED, missing,
                wait.toMillis(), held.isPresent() ? "" : "fetches the toolchain",
                around.reports().drawState(), offer.glossary()));
        conversation.flush();
        inputs.receive(missing, () -> around.resources().admission().stalled(conversation.exchange().node()));
        watch.lap(JobStopwatch.Step.FETCH_INPUTS);
        return held.isPresent() ? held.get() : lifetime.await(around.resources().toolchains().getOrFetch(id).copy());
    }

    private void announceStart() throws IOException {
        if (queued && offer.announce()) {
            conversation.send(new ExecutionStarted(watch.millis(JobStopwatch.Step.QUEUE)));
            conversation.flush();
        }
    }

    private ToolchainId toolchain() throws IOException {
        try {
            return new ToolchainId(offer.running());
        } catch (IllegalArgumentException e) {
            throw new IOException("the offer names no toolchain: " + FailureText.of(e), e);
        }
    }

    private SlotPool.Lease slot(AdmissionController.Reservation place) throws IOException {
        CompletableFuture<SlotPool.Lease> turn = around.resources().slots().enqueue(kind);
        place.enqueued(); // not before: it would count nowhere for a moment
        try {
            return lifetime.await(turn);
        } catch (IOException | CancellationException e) {
            turn.thenAccept(SlotPool.Lease::close);
            throw e;
        }
    }

    private void replay(LocalToolchain toolchain, SlotPool.Lease lease) throws IOException {
        Sandbox sandbox = switch (isForeign() ? around.mode().sandbox() : around.mode().ownSandbox()) {
            case Sandbox.Availability.Available available -> available.sandbox();
            case Sandbox.Availability.Unavailable unavailable -> throw new IOException(unavailable.why());
        };
        CommandReplay replay = new CommandReplay(sandbox, around.resources().limits(), directory);
        Files.createDirectory(directory);
        ExecRootPool.ExecRootLease taken = around.trees().take(toolchain,
                conversation.exchange().node() + ":" + offer.directory());
        loan = taken;
        ExecRoot tree = replay.prepare(taken.tree(), toolchain, offer, around.resources().store());
        watch.lap(JobStopwatch.Step.EXEC_ROOT);
        SandboxProcess process = replay.start(tree, offer);
        sandboxed = process;
        lifetime.onEnd(process::abort);
        replay.await(process);
        watch.lap(JobStopwatch.Step.RUN);
        lease.close();
        around.resources().admission().recordRunTime(Duration.ofMillis(watch.millis(JobStopwatch.Step.RUN)));
        CommandReplay.ReplayResult result = replay.collect(tree, offer);
        if (result.exit() != 0) {
            requireDisk();
        }
        compilerMicros = result.userMicros() + result.systemMicros();
        Optional<Executor.ResultSink> keeper = mayBeKept(result) ? around.keeper() : Optional.empty();
        List<ResultBuilder.OutputFileOnDisk> made = keeper.isPresent() ? JobResultSender.digest(result) : List.of();
        Optional<ResultBuilder.BuiltResult> kept = keeper
                .flatMap(it -> it.make(offer, made, result.output(), result.error(),
                        Duration.ofNanos(1000 * (result.userMicros() + result.systemMicros())), result.observation()));
        watch.lap(JobStopwatch.Step.COLLECT);
        new JobResultSender(conversation, watch, around.reports()::drawState).send(result, made, kept);
        kept.ifPresent(it -> keeper.orElseThrow().keep(it));
    }

    /**
     * A command that failed where the disk is full has perhaps failed for that reason, which says nothing of the
     * source.
     *
     * @throws IOException if something is wrong with the disk
     */
    private void requireDisk() throws IOException {
        Optional<String> trouble = around.reports().diskTrouble();
        if (trouble.isPresent()) {
            throw new IOException("the command failed, and " + trouble.get());
        }
    }

    private boolean mayBeKept(CommandReplay.ReplayResult result) {
        return offer.keep() && result.exit() == 0
                && (result.observation() == null || WireObservations.isRepeatable(result.observation()));
    }

    /** Removes what the job has left on the disk; its tree may serve another. */
    void cleanUp() {
        try {
            returnExecRoot();
            TreeDeleter.delete(directory);
        } catch (IOException e) {
            LOG.warn("cannot remove files of a finished job; the next start removes them: {}", FailureText.of(e));
        }
    }

    /** A tree that a process may still use, or that was not made whole, serves no other job. */
    private void returnExecRoot() {
        ExecRootPool.ExecRootLease taken = loan;
        SandboxProcess process = sandboxed;
        if (taken != null) {
            around.trees().takeBack(taken, process != null && process.endedOrderly(),
                    toolchain -> around.resources().toolchains().getIfPresent(toolchain.toolchain().id())
                            .orElse(null) == toolchain);
        }
    }
}
