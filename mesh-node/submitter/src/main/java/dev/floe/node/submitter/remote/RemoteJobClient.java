package dev.floe.node.submitter.remote;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.floe.command.proof.MissingInputs;
import dev.floe.node.bounds.PeerNumber;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.ExecutionStarted;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.JobReturned;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.rpc.stream.StreamBrokenException;
import dev.floe.node.submitter.cache.ResultRecorder;
import dev.floe.node.submitter.context.CompileTask;
import dev.floe.node.submitter.context.JobRecordBuilder;
import dev.floe.node.submitter.context.OutputAllowlist;
import dev.floe.node.submitter.context.StreamOpener;
import dev.floe.node.submitter.context.TimeoutScheduler;
import dev.floe.node.submitter.wrapper.OutputWriteException;
import dev.floe.node.submitter.wrapper.WrapperClient;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.node.submitter.wrapper.WrapperProtocolException;
import dev.floe.store.FailureText;

/**
 * Offers one job to executors, one after the other. To the one that takes it this sends the inputs, and it passes the
 * result to the {@link OutputReceiver}.
 */
public final class RemoteJobClient implements AutoCloseable {
    private static final Duration MAX_QUEUE = Duration.ofSeconds(60);

    private final OfferExchange offers;
    private final OutputReceiver outputs;
    private final TimeoutScheduler deadlines;
    private final WrapperClient wrapper;
    private final JobRecordBuilder account;
    private final AtomicBoolean outOfPatience = new AtomicBoolean(); // set by a timer before it closes the conversation

    /** What came of an offer. */
    public sealed interface RemoteJobResult {
        /**
         * The compiler has ended; with code 0 its outputs stand.
         *
         * @param run        of the command, as the executor says; no longer than the submitter has waited
         * @param afterwards to be run when the user has been told
         */
        record Ended(int exit, WireState state, Duration run, Runnable afterwards) implements RemoteJobResult {}

        /** The compiler has ended, and has missed what the submitter has; nothing has been written. */
        record Unproven(MissingInputs shortfall, WireState state, Duration run) implements RemoteJobResult {}

        /** Not taken; nothing has been sent. */
        record Rejected(String reason, WireState state) implements RemoteJobResult {}

        /** Taken and returned before it started, because the executor leaves the mesh. */
        record Returned(String reason) implements RemoteJobResult {}

        /**
         * Taken and not brought to an end, no answer at all, or one that cannot be true.
         *
         * @param tooSlow the submitter's own patience has ended
         */
        record Lost(String reason, boolean tooSlow) implements RemoteJobResult {}

        /** A second copy was first; this is what has come of it. */
        record Overtaken(SecondCopy by, RemoteJobResult result) implements RemoteJobResult {}
    }

    /**
     * @param readHere whether the node may read the inputs itself
     * @param recorder keeps the result
     */
    public RemoteJobClient(TimeoutScheduler deadlines, WrapperClient wrapper, JobRecordBuilder account,
            CompileTask task,
            boolean readHere,
            ResultRecorder recorder) {
        this.offers = new OfferExchange(task.inputs(), deadlines, file -> readHere
                ? Files.newInputStream(file.path())
                : new ByteArrayInputStream(wrapper.read(file.path(), file.digest().size())));
        this.outputs = new OutputReceiver(wrapper, account, task, recorder);
        this.deadlines = deadlines;
        this.wrapper = wrapper;
        this.account = account;
    }

    /** Makes offers of the same job for a second copy. */
    OfferExchange offers() {
        return offers;
    }

    /** Told what becomes of an offer. */
    @FunctionalInterface
    public interface OfferProgress {
        /** The executor has taken the job, and is in this state. */
        void taken(WireState state);

        /**
         * The executor has received the inputs that it lacked.
         *
         * @param time from its answer on, as it says
         */
        default void transferred(long bytes, Duration time) {}
    }

    /**
     * @param offer    may lack its inputs
     * @param encoder  what the executor knows of the inputs
     * @param patience for the whole job, what it waits in the executor's queue not counted
     * @throws WrapperDisconnectedException if the user has given up
     * @throws OutputWriteException      if the outputs cannot be written
     */
    public RemoteJobResult attempt(StreamOpener executor, Offer offer,
            Optional<InputDictionary.DictionaryEncoder> encoder,
            Duration patience,
            OfferProgress progress) throws IOException {
        return attempt(executor, offer, encoder, patience, progress,
                new StragglerWatch(deadlines, _ -> Optional.empty()));
    }

    /** @param watch starts the job a second time if it takes too long */
    RemoteJobResult attempt(StreamOpener executor, Offer offer, Optional<InputDictionary.DictionaryEncoder> encoder,
            Duration patience, OfferProgress progress, StragglerWatch watch) throws IOException {
        PeerStream exchange;
        try {
            exchange = executor.open();
        } catch (IOException e) {
            return new RemoteJobResult.Lost(FailureText.of(e), false);
        }
        try (MessageStream conversation = new MessageStream(exchange)) {
            var unused = wrapper.disconnected().thenRun(exchange::close);
            JobClient job = offers.client(conversation);
            JobMessage first = offers.offer(conversation, job, offer.announced(), encoder);
            account.lap(JobStep.SCHEDULE);
            return switch (first) {
                case OfferAnswer answer -> uploadAndAwait(new TakenJob(conversation, job, answer, progress), patience,
                        watch);
                case Failure failure -> lost(failure);
                case JobMessage other -> throw JobClient.unexpected(other);
            };
        } catch (WrapperDisconnectedException | OutputWriteException | WrapperProtocolException e) {
            throw e;
        } catch (IOException | IllegalArgumentException | ArithmeticException e) { // of numbers that cannot be
            if (wrapper.disconnected().isDone()) {
                throw new WrapperDisconnectedException();
            }
            wrapper.discard();
            return new RemoteJobResult.Lost(outOfPatience.get()
                    ? "nothing came in time"
                    : OutputAllowlist.shown(FailureText.of(e)), outOfPatience.get());
        }
    }

    /** The conversation with an executor that has answered. */
    private record TakenJob(MessageStream conversation, JobClient client, OfferAnswer answer,
            OfferProgress progress) {}

    private static RemoteJobResult lost(Failure failure) {
        return new RemoteJobResult.Lost(OutputAllowlist.shown(failure.reason()), false);
    }

    private RemoteJobResult uploadAndAwait(TakenJob job, Duration patience, StragglerWatch watch) throws IOException {
        OfferAnswer answer = job.answer();
        if (answer.verdict() == AdmissionVerdict.REFUSED) {
            return new RemoteJobResult.Rejected(OutputAllowlist.shown(answer.reason()), answer.state());
        }
        job.progress().taken(answer.state());
        long start = System.nanoTime();
        try (TimeoutScheduler.Cancellable _ = deadlines.after(limit(patience, answer),
                () -> giveUp(job.conversation()));
                watch) {
            var unused = wrapper.disconnected().thenRun(watch::close);
            watch.start(job.conversation()::close);
            long[] sent = {0};
            try {
                offers.upload(job.client(), answer, bytes -> {
                    account.sent(bytes);
                    sent[0] += bytes;
                });
            } catch (StreamBrokenException _) {
                // the executor has given up; its last message is read below, or the end of the connection is noticed
            }
            account.lap(JobStep.UPLOAD);
            return firstResult(job, sent[0], watch, start);
        }
    }

    /** Whichever of two copies ends first; a copy that is lost does not count while there is another. */
    private RemoteJobResult firstResult(TakenJob job, long sent, StragglerWatch watch, long start) throws IOException {
        JobMessage own;
        try {
            own = awaitResult(job.client(), job.answer());
        } catch (IOException e) {
            Optional<SecondCopy.CopyResult> copy = watch.awaitCopy();
            if (copy.isEmpty()) {
                throw e;
            }
            return overtaken(watch, copy.get(), start);
        }
        if (!(own instanceof JobResult) || !watch.claim()) {
            Optional<SecondCopy.CopyResult> copy = watch.awaitCopy();
            if (copy.isPresent()) {
                return overtaken(watch, copy.get(), start);
            }
        }
        return switch (own) {
            case JobResult outcome -> {
                job.progress().transferred(sent, PeerNumber.millis(outcome.effort().inputMillis()));
                yield outputs.receive(job.client(), outcome, start);
            }
            case Failure failure -> lost(failure);
            case JobReturned returned ->
                new RemoteJobResult.Returned(OutputAllowlist.shown(returned.reason()));
            case JobMessage other -> throw JobClient.unexpected(other);
        };
    }

    private RemoteJobResult overtaken(StragglerWatch watch, SecondCopy.CopyResult copy, long start)
            throws IOException {
        SecondCopy by = watch.copy().orElseThrow();
        try {
            return new RemoteJobResult.Overtaken(by, outputs.receive(copy.client(), copy.result(), start));
        } catch (WrapperDisconnectedException | OutputWriteException | WrapperProtocolException e) {
            throw e;
        } catch (IOException | IllegalArgumentException | ArithmeticException e) {
            if (wrapper.disconnected().isDone()) {
                throw new WrapperDisconnectedException();
            }
            wrapper.discard();
            return new RemoteJobResult.Overtaken(by,
                    new RemoteJobResult.Lost(OutputAllowlist.shown(FailureText.of(e)), false));
        }
    }

    /**
     * For all that follows an answer, whether bytes come or not. What the executor says of its queue counts up to a
     * bound.
     */
    private static Duration limit(Duration patience, OfferAnswer answer) {
        return patience.plus(Duration.ofMillis(Math.clamp(answer.waitMillis(), 0, MAX_QUEUE.toMillis())));
    }

    private void giveUp(MessageStream conversation) {
        outOfPatience.set(true);
        conversation.close();
    }

    /** The message that ends the job; a queued job starts before it, which an older executor does not announce. */
    private JobMessage awaitResult(JobClient job, OfferAnswer answer) throws IOException {
        if (answer.verdict() == AdmissionVerdict.QUEUED) {
            account.isQueued();
        }
        JobMessage message = job.awaitResult();
        if (answer.verdict() == AdmissionVerdict.QUEUED && message instanceof ExecutionStarted) {
            account.startsRunning();
            message = job.awaitResult();
        }
        return message;
    }

    @Override
    public void close() throws IOException {
        outputs.close();
    }
}
