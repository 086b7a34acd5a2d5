package dev.floe.node.submitter.remote;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.floe.command.inputs.Input;
import dev.floe.command.inputs.InputSet;
import dev.floe.command.proof.MissingInputs;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.ExecutionStarted;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.JobReturned;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.ResendInputs;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.rpc.stream.StreamBrokenException;
import dev.floe.node.submitter.cache.ResultRecorder;
import dev.floe.node.submitter.context.CompileTask;
import dev.floe.node.submitter.context.JobRecordBuilder;
import dev.floe.node.submitter.context.OfferFactory;
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
    private static final Duration ANSWER = Duration.ofSeconds(8);
    private static final Duration MAX_QUEUE = Duration.ofSeconds(60);

    private final InputSet inputs;
    private final OutputReceiver outputs;
    private final TimeoutScheduler deadlines;
    private final WrapperClient wrapper;
    private final JobRecordBuilder account;
    private final boolean readHere;
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
    }

    /**
     * @param readHere whether the node may read the inputs itself
     * @param recorder keeps the result
     */
    public RemoteJobClient(TimeoutScheduler deadlines, WrapperClient wrapper, JobRecordBuilder account,
            CompileTask task,
            boolean readHere,
            ResultRecorder recorder) {
        this.inputs = task.inputs();
        this.outputs = new OutputReceiver(wrapper, account, task, recorder);
        this.deadlines = deadlines;
        this.wrapper = wrapper;
        this.account = account;
        this.readHere = readHere;
    }

    /** What an executor knows of the inputs. */
    InputDictionary.DictionaryEncoder encoderFor(InputDictionary dictionary, String executor) {
        return dictionary.encoderFor(executor, inputs);
    }

    /**
     * @param offer    may lack its inputs
     * @param encoder  what the executor knows of the inputs
     * @param patience for the whole job, what it waits in the executor's queue not counted
     * @param taken    told the executor's state when it has taken the job
     * @throws WrapperDisconnectedException if the user has given up
     * @throws OutputWriteException      if the outputs cannot be written
     */
    public RemoteJobResult attempt(StreamOpener executor, Offer offer,
            Optional<InputDictionary.DictionaryEncoder> encoder,
            Duration patience,
            Consumer<WireState> taken) throws IOException {
        PeerStream exchange;
        try {
            exchange = executor.open();
        } catch (IOException e) {
            return new RemoteJobResult.Lost(FailureText.of(e), false);
        }
        try (MessageStream conversation = new MessageStream(exchange)) {
            var unused = wrapper.disconnected().thenRun(exchange::close);
            return exchangeOffer(conversation, new JobClient(conversation, inputs.inputs().size()), offer.announced(),
                    encoder,
                    patience, taken);
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

    private RemoteJobResult exchangeOffer(MessageStream conversation, JobClient job, Offer offer,
            Optional<InputDictionary.DictionaryEncoder> encoder, Duration patience,
            Consumer<WireState> taken) throws IOException {
        JobMessage first;
        try (TimeoutScheduler.Cancellable _ = deadlines.after(ANSWER, conversation::close)) {
            first = job.offer(encoder.map(it -> it.shorten(offer)).orElseGet(() -> whole(offer)));
            if (encoder.isPresent() && first instanceof ResendInputs) {
                encoder.get().forgotten();
                first = job.offer(whole(offer));
            }
        }
        account.lap(JobStep.SCHEDULE);
        return switch (first) {
            case OfferAnswer answer -> {
                encoder.ifPresent(it -> it.answered(answer));
                yield uploadAndAwait(conversation, job, answer, patience, taken);
            }
            case Failure failure -> lost(failure);
            case JobMessage other -> throw JobClient.unexpected(other);
        };
    }

    private Offer whole(Offer offer) {
        return offer.inputs().isEmpty() ? offer.listing(OfferFactory.wire(inputs)) : offer;
    }

    private static RemoteJobResult lost(Failure failure) {
        return new RemoteJobResult.Lost(OutputAllowlist.shown(failure.reason()), false);
    }

    private RemoteJobResult uploadAndAwait(MessageStream conversation, JobClient job, OfferAnswer answer,
            Duration patience,
            Consumer<WireState> taken)
            throws IOException {
        if (answer.verdict() == AdmissionVerdict.REFUSED) {
            return new RemoteJobResult.Rejected(OutputAllowlist.shown(answer.reason()), answer.state());
        }
        taken.accept(answer.state());
        long start = System.nanoTime();
        try (TimeoutScheduler.Cancellable _ = deadlines.after(limit(patience, answer), () -> giveUp(conversation))) {
            try {
                upload(job, answer);
            } catch (StreamBrokenException _) {
                // the executor has given up; its last message is read below, or the end of the connection is noticed
            }
            account.lap(JobStep.UPLOAD);
            return switch (awaitResult(job, answer)) {
                case JobResult outcome -> outputs.receive(job, outcome, start);
                case Failure failure -> lost(failure);
                case JobReturned returned ->
                    new RemoteJobResult.Returned(OutputAllowlist.shown(returned.reason()));
                case JobMessage other -> throw JobClient.unexpected(other);
            };
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

    private void upload(JobClient job, OfferAnswer answer) throws IOException {
        List<Integer> missing = job.missing(answer);
        for (int index : missing) {
            file(index);
        }
        job.upload(missing, new JobClient.InputSource() {
            @Override
            public long size(int index) {
                return file(index).digest().size();
            }

            @Override
            public InputStream open(int index) throws IOException {
                return RemoteJobClient.this.open(file(index));
            }

            @Override
            public void sent(int index) {
                account.sent(size(index));
            }
        });
    }

    /** @throws IllegalArgumentException if the executor asks for what it cannot lack */
    private Input.File file(int index) {
        if (inputs.inputs().get(index) instanceof Input.File file) {
            return file;
        }
        throw new IllegalArgumentException(
                "the executor asks for " + inputs.inputs().get(index).path() + ", which is no file");
    }

    private InputStream open(Input.File file) throws IOException {
        return readHere
                ? Files.newInputStream(file.path())
                : new ByteArrayInputStream(wrapper.read(file.path(), file.digest().size()));
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
