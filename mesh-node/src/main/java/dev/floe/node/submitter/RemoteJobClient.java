package dev.floe.node.submitter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import dev.floe.command.CompileCommand;
import dev.floe.command.Input;
import dev.floe.command.InputSet;
import dev.floe.command.proof.MissingInputs;
import dev.floe.node.joblog.JobStep;
import dev.floe.node.rpc.MessageStream;
import dev.floe.node.rpc.PeerStream;
import dev.floe.node.rpc.StreamBrokenException;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.ExecutionStarted;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.rpc.messages.JobMessage.InputBlobHeader;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.ResendInputs;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.submitter.wrapper.LinkResolver;
import dev.floe.node.submitter.wrapper.OutputWriteException;
import dev.floe.node.submitter.wrapper.OverwriteMode;
import dev.floe.node.submitter.wrapper.WrapperClient;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.node.submitter.wrapper.WrapperProtocolException;
import dev.floe.store.FailureText;

/** One offer to one executor, and if it is taken, all that follows until the outputs stand on the submitter. */
public final class RemoteJobClient implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(8);
    private static final long MAX_PRINTED_BYTES = 256L << 20;
    private static final Duration MAX_QUEUE = Duration.ofSeconds(60);

    private final CompileTask task;
    private final InputSet inputs;
    private final ResultRecorder recorder;
    private final TimeoutScheduler deadlines;
    private final WrapperClient hands;
    private final JobRecordBuilder account;
    private final CompileCommand command;
    private final boolean readHere;
    private final LinkResolver real;
    private Optional<LocalResultCopy> copy = Optional.empty();
    private final AtomicBoolean outOfPatience = new AtomicBoolean(); // set by a timer before it closes the conversation

    /** What came of an offer. */
    sealed interface RemoteJobResult {
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

        /**
         * Taken and not brought to an end, no answer at all, or one that cannot be true.
         *
         * @param tooSlow the submitter's own patience has ended
         */
        record Lost(String reason, boolean tooSlow) implements RemoteJobResult {}
    }

    /** Begins an exchange with an executor. */
    @FunctionalInterface
    public interface StreamOpener {
        PeerStream open() throws IOException;
    }

    /**
     * @param readHere whether the node may read the inputs itself
     * @param recorder keeps the result
     */
    RemoteJobClient(TimeoutScheduler deadlines, WrapperClient hands, JobRecordBuilder account, CompileTask task,
            boolean readHere,
            ResultRecorder recorder) {
        this.task = task;
        this.inputs = task.inputs();
        this.recorder = recorder;
        this.deadlines = deadlines;
        this.hands = hands;
        this.account = account;
        this.command = task.command();
        this.readHere = readHere;
        this.real = new LinkResolver(inputs.inputs());
    }

    /** What an executor knows of the inputs. */
    InputDictionary.DictionaryEncoder encoderFor(InputDictionary glossary, String executor) {
        return glossary.page(executor, inputs);
    }

    /**
     * @param page     what the executor knows of the inputs
     * @param patience for the whole job, what it waits in the executor's queue not counted
     * @param taken    told the executor's state when it has taken the job
     * @throws WrapperDisconnectedException if the user has given up
     * @throws OutputWriteException      if the outputs cannot be written
     */
    RemoteJobResult attempt(StreamOpener executor, Offer offer, Optional<InputDictionary.DictionaryEncoder> page,
            Duration patience,
            Consumer<WireState> taken) throws IOException {
        PeerStream exchange;
        try {
            exchange = executor.open();
        } catch (IOException e) {
            return new RemoteJobResult.Lost(FailureText.of(e), false);
        }
        try (MessageStream conversation = new MessageStream(exchange)) {
            var unused = hands.disconnected().thenRun(exchange::close);
            return exchangeOffer(conversation, offer, page, patience, taken);
        } catch (WrapperDisconnectedException | OutputWriteException | WrapperProtocolException e) {
            throw e;
        } catch (IOException | IllegalArgumentException | ArithmeticException e) { // of numbers that cannot be
            if (hands.disconnected().isDone()) {
                throw new WrapperDisconnectedException();
            }
            hands.discard();
            return new RemoteJobResult.Lost(outOfPatience.get()
                    ? "nothing came in time"
                    : OutputAllowlist.shown(FailureText.of(e)), outOfPatience.get());
        }
    }

    private RemoteJobResult exchangeOffer(MessageStream conversation, Offer job,
            Optional<InputDictionary.DictionaryEncoder> page, Duration patience,
            Consumer<WireState> taken) throws IOException {
        JobMessage first;
        Offer offer = job.announced();
        try (TimeoutScheduler.Cancellable _ = deadlines.after(ANSWER, conversation::close)) {
            first = ask(conversation, page.map(it -> it.shorten(offer)).orElse(offer));
            if (page.isPresent() && first instanceof ResendInputs) {
                page.get().forgotten();
                first = ask(conversation, offer);
            }
        }
        account.lap(JobStep.OFFER);
        return switch (first) {
            case OfferAnswer answer -> {
                page.ifPresent(it -> it.answered(answer));
                yield uploadAndAwait(conversation, answer, patience, taken);
            }
            case Failure failure -> lost(failure);
            case JobMessage other -> throw unexpected(other);
        };
    }

    private static RemoteJobResult lost(Failure failure) {
        return new RemoteJobResult.Lost(OutputAllowlist.shown(failure.reason()), false);
    }

    private static JobMessage ask(MessageStream conversation, Offer offer) throws IOException {
        conversation.send(offer);
        conversation.flush();
        return conversation.receive(JobMessage.class);
    }

    private RemoteJobResult uploadAndAwait(MessageStream conversation, OfferAnswer answer, Duration patience,
            Consumer<WireState> taken)
            throws IOException {
        if (answer.verdict() == AdmissionVerdict.REFUSED) {
            return new RemoteJobResult.Rejected(OutputAllowlist.shown(answer.reason()), answer.state());
        }
        taken.accept(answer.state());
        long start = System.nanoTime();
        try (TimeoutScheduler.Cancellable _ = deadlines.after(limit(patience, answer), () -> giveUp(conversation))) {
            try {
                upload(conversation, answer.missing());
            } catch (StreamBrokenException _) {
                // the executor has given up; its last message is read below, or the end of the connection is noticed
            }
            account.lap(JobStep.UPLOAD);
            return switch (receiveEnd(conversation, answer)) {
                case JobResult outcome -> receiveOutputs(conversation, outcome, start);
                case Failure failure -> lost(failure);
                case JobMessage other -> throw unexpected(other);
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

    private static IOException unexpected(JobMessage message) {
        return new IOException("it sent a message that was not expected");
    }

    /** @throws IOException if the executor asks for what it cannot lack; nothing has been sent then */
    private List<Input.File> missing(List<Integer> indexes) throws IOException {
        List<Input.File> files = new ArrayList<>();
        BitSet seen = new BitSet();
        for (int index : indexes) {
            if (index < 0 || index >= inputs.inputs().size()) {
                throw new IOException("the executor asks for input " + index + " of " + inputs.inputs().size());
            }
            if (!(inputs.inputs().get(index) instanceof Input.File file)) {
                throw new IOException(
                        "the executor asks for " + inputs.inputs().get(index).path() + ", which is no file");
            }
            if (seen.get(index)) {
                throw new IOException("the executor asks for " + file.path() + " twice");
            }
            seen.set(index);
            files.add(file);
        }
        return files;
    }

    private void upload(MessageStream conversation, List<Integer> missing) throws IOException {
        List<Input.File> files = missing(missing);
        for (int i = 0; i < files.size(); i++) {
            Input.File file = files.get(i);
            long size = file.digest().size();
            conversation.send(new InputBlobHeader(missing.get(i), size));
            try (InputStream bytes = open(file)) {
                conversation.sendBlob(bytes, size);
            }
            account.sent(size);
        }
        conversation.finish();
    }

    private InputStream open(Input.File file) throws IOException {
        return readHere
                ? Files.newInputStream(file.path())
                : new ByteArrayInputStream(hands.read(file.path(), file.digest().size()));
    }

    /** The message that ends the job; a queued job starts before it, which an older executor does not announce. */
    private JobMessage receiveEnd(MessageStream conversation, OfferAnswer answer) throws IOException {
        if (answer.verdict() == AdmissionVerdict.QUEUED) {
            account.isQueued();
        }
        JobMessage message = conversation.receive(JobMessage.class);
        if (answer.verdict() == AdmissionVerdict.QUEUED && message instanceof ExecutionStarted) {
            account.startsRunning();
            message = conversation.receive(JobMessage.class);
        }
        return message;
    }

    private RemoteJobResult receiveOutputs(MessageStream conversation, JobResult outcome, long start)
            throws IOException {
        new OutputAllowlist(command, inputs, real).check(outcome);
        account.effort(outcome.effort());
        long waited = Duration.ofNanos(System.nanoTime() - start).toMillis();
        Duration run = Duration.ofMillis(Math.clamp(outcome.effort().runMillis(), 0, waited));
        account.lap(JobStep.REMOTE);
        MissingInputs shortfall = task.check(outcome.observation(), account);
        account.lap(JobStep.CHECK);
        if (!shortfall.isNone() && (outcome.exit() == 0 || shortfall.obstacle().isEmpty())) {
            return new RemoteJobResult.Unproven(shortfall, outcome.state(), run);
        }
        if (outcome.exit() != 0) {
            return new RemoteJobResult.Ended(outcome.exit(), outcome.state(), run, () -> {});
        }
        byte[] printed = bytes(conversation, outcome.outputBytes());
        byte[] complained = bytes(conversation, outcome.errorBytes());
        copy = recorder.ownCopy();
        for (WireOutput file : outcome.files()) {
            receive(conversation, file);
        }
        account.lap(JobStep.REMOTE);
        hands.print(1, printed);
        hands.print(2, complained);
        hands.commit();
        account.lap(JobStep.WRITE);
        return new RemoteJobResult.Ended(0, outcome.state(), run, () -> keep(outcome, printed, complained));
    }

    private void receive(MessageStream conversation, WireOutput file) throws IOException {
        OutputStream user = hands.open(file.path(), file.mode(), OverwriteMode.of(file.path(), command, real));
        OutputStream both = copy.isPresent() ? copy.get().tee(user, file.hash(), file.size()) : user;
        if (file.hash().length == 0) {
            try (both) {
                conversation.receiveBlob(file.size(), both);
            }
        } else {
            try (CheckedOutput checked = new CheckedOutput(both)) {
                conversation.receiveBlob(file.size(), checked);
                if (!checked.matches(file.hash())) {
                    throw new IOException("the executor returns other bytes of " + file.path() + " than it announces");
                }
            }
        }
        account.received(file.size());
    }

    private void keep(JobResult outcome, byte[] printed, byte[] complained) {
        copy.flatMap(own -> own.enter(outcome, printed, complained))
                .ifPresent(key -> recorder.made(key, task, outcome.observation()));
    }

    private static byte[] bytes(MessageStream conversation, long size) throws IOException {
        if (size < 0 || size > MAX_PRINTED_BYTES) {
            throw new IOException("an output of " + size + " bytes is refused");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Math.min(size, 1 << 20));
        conversation.receiveBlob(size, bytes);
        return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
        if (copy.isPresent()) {
            copy.get().close();
        }
    }
}
