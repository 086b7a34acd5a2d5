package dev.floe.node.submit;

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

import dev.floe.front.CompileCommand;
import dev.floe.front.Input;
import dev.floe.front.InputSet;
import dev.floe.front.proof.Shortfall;
import dev.floe.node.record.Step;
import dev.floe.node.wire.BrokenExchangeException;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.Exchange;
import dev.floe.node.wire.JobMessage;
import dev.floe.node.wire.JobMessage.Answer;
import dev.floe.node.wire.JobMessage.BlobFollows;
import dev.floe.node.wire.JobMessage.Failure;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.JobMessage.Outcome;
import dev.floe.node.wire.JobMessage.TellAll;
import dev.floe.node.wire.JobMessage.Verdict;
import dev.floe.node.wire.JobMessage.WireOutput;
import dev.floe.node.wire.JobMessage.WireState;
import dev.floe.store.FailureText;

/** One offer to one executor, and if it is taken, all that follows until the outputs stand on the submitter. */
public final class RemoteCompile implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(8);
    private static final long MOST_PRINTED_BYTES = 256L << 20;
    private static final Duration MAX_QUEUE = Duration.ofSeconds(60);

    private final CompileTask task;
    private final InputSet inputs;
    private final ResultRecorder recorder;
    private final Deadlines deadlines;
    private final Hands hands;
    private final Account account;
    private final CompileCommand command;
    private final boolean readHere;
    private final RealPaths real;
    private Optional<OwnCopy> copy = Optional.empty();
    private final AtomicBoolean outOfPatience = new AtomicBoolean(); // set by a timer before it closes the conversation

    /** What came of an offer. */
    sealed interface Result {
        /**
         * The compiler has ended; with code 0 its outputs stand.
         *
         * @param run        of the command, as the executor says; no longer than the submitter has waited
         * @param afterwards to be run when the user has been told
         */
        record Ended(int exit, WireState state, Duration run, Runnable afterwards) implements Result {}

        /** The compiler has ended, and has missed what the submitter has; nothing has been written. */
        record Unproven(Shortfall shortfall, WireState state, Duration run) implements Result {}

        /** Not taken; nothing has been sent. */
        record Refused(String reason, WireState state) implements Result {}

        /**
         * Taken and not brought to an end, no answer at all, or one that cannot be true.
         *
         * @param tooSlow the submitter's own patience has ended
         */
        record Lost(String reason, boolean tooSlow) implements Result {}
    }

    /** Begins an exchange with an executor. */
    @FunctionalInterface
    public interface Door {
        Exchange open() throws IOException;
    }

    /**
     * @param readHere whether the node may read the inputs itself
     * @param recorder keeps the result
     */
    RemoteCompile(Deadlines deadlines, Hands hands, Account account, CompileTask task, boolean readHere,
            ResultRecorder recorder) {
        this.task = task;
        this.inputs = task.inputs();
        this.recorder = recorder;
        this.deadlines = deadlines;
        this.hands = hands;
        this.account = account;
        this.command = task.command();
        this.readHere = readHere;
        this.real = new RealPaths(inputs.inputs());
    }

    /** What an executor knows of the inputs. */
    Glossary.Page page(Glossary glossary, String executor) {
        return glossary.page(executor, inputs);
    }

    /**
     * @param page     what the executor knows of the inputs
     * @param patience for the whole job, what it waits in the executor's queue not counted
     * @param taken    told the executor's state when it has taken the job
     * @throws WrapperGoneException if the user has given up
     * @throws OutputException      if the outputs cannot be written
     */
    Result attempt(Door executor, Offer offer, Optional<Glossary.Page> page, Duration patience,
            Consumer<WireState> taken) throws IOException {
        Exchange exchange;
        try {
            exchange = executor.open();
        } catch (IOException e) {
            return new Result.Lost(FailureText.of(e), false);
        }
        try (Conversation conversation = new Conversation(exchange)) {
            var unused = hands.gone().thenRun(exchange::close);
            return converse(conversation, offer, page, patience, taken);
        } catch (WrapperGoneException | OutputException | ProtocolException e) {
            throw e;
        } catch (IOException | IllegalArgumentException | ArithmeticException e) { // of numbers that cannot be
            if (hands.gone().isDone()) {
                throw new WrapperGoneException();
            }
            hands.discard();
            return new Result.Lost(outOfPatience.get()
                    ? "nothing came in time"
                    : ExpectedOutputs.shown(FailureText.of(e)), outOfPatience.get());
        }
    }

    private Result converse(Conversation conversation, Offer offer, Optional<Glossary.Page> page, Duration patience,
            Consumer<WireState> taken) throws IOException {
        JobMessage first;
        try (Deadlines.Pending _ = deadlines.after(ANSWER, conversation::close)) {
            first = ask(conversation, page.map(it -> it.shorten(offer)).orElse(offer));
            if (page.isPresent() && first instanceof TellAll) {
                page.get().forgotten();
                first = ask(conversation, offer);
            }
        }
        account.lap(Step.OFFER);
        return switch (first) {
            case Answer answer -> {
                page.ifPresent(it -> it.answered(answer));
                yield take(conversation, answer, patience, taken);
            }
            case Failure failure -> lost(failure);
            case JobMessage other -> throw unexpected(other);
        };
    }

    private static Result lost(Failure failure) {
        return new Result.Lost(ExpectedOutputs.shown(failure.reason()), false);
    }

    private static JobMessage ask(Conversation conversation, Offer offer) throws IOException {
        conversation.send(offer);
        conversation.flush();
        return conversation.receive(JobMessage.class);
    }

    private Result take(Conversation conversation, Answer answer, Duration patience, Consumer<WireState> taken)
            throws IOException {
        if (answer.verdict() == Verdict.REFUSED) {
            return new Result.Refused(ExpectedOutputs.shown(answer.reason()), answer.state());
        }
        taken.accept(answer.state());
        long start = System.nanoTime();
        try (Deadlines.Pending _ = deadlines.after(limit(patience, answer), () -> giveUp(conversation))) {
            try {
                upload(conversation, answer.missing());
            } catch (BrokenExchangeException _) {
                // the executor has given up; what it said before it did is read below, or else that it is gone
            }
            account.lap(Step.UPLOAD);
            return switch (conversation.receive(JobMessage.class)) {
                case Outcome outcome -> accept(conversation, outcome, start);
                case Failure failure -> lost(failure);
                case JobMessage other -> throw unexpected(other);
            };
        }
    }

    /** For all that follows an answer, whether bytes come or not. What the executor says of its queue counts up to a bound. */
    private static Duration limit(Duration patience, Answer answer) {
        return patience.plus(Duration.ofMillis(Math.clamp(answer.waitMillis(), 0, MAX_QUEUE.toMillis())));
    }

    private void giveUp(Conversation conversation) {
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

    private void upload(Conversation conversation, List<Integer> missing) throws IOException {
        List<Input.File> files = missing(missing);
        for (int i = 0; i < files.size(); i++) {
            Input.File file = files.get(i);
            long size = file.digest().size();
            conversation.send(new BlobFollows(missing.get(i), size));
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

    private Result accept(Conversation conversation, Outcome outcome, long start) throws IOException {
        new ExpectedOutputs(command, inputs, real).check(outcome);
        account.effort(outcome.effort());
        long waited = Duration.ofNanos(System.nanoTime() - start).toMillis();
        Duration run = Duration.ofMillis(Math.clamp(outcome.effort().runMillis(), 0, waited));
        account.lap(Step.REMOTE);
        Shortfall shortfall = task.check(outcome.observation(), account);
        account.lap(Step.CHECK);
        if (!shortfall.isNone() && (outcome.exit() == 0 || shortfall.obstacle().isEmpty())) {
            return new Result.Unproven(shortfall, outcome.state(), run);
        }
        if (outcome.exit() != 0) {
            return new Result.Ended(outcome.exit(), outcome.state(), run, () -> {});
        }
        byte[] printed = bytes(conversation, outcome.outputBytes());
        byte[] complained = bytes(conversation, outcome.errorBytes());
        copy = recorder.ownCopy();
        for (WireOutput file : outcome.files()) {
            receive(conversation, file);
        }
        account.lap(Step.REMOTE);
        hands.print(1, printed);
        hands.print(2, complained);
        hands.commit();
        account.lap(Step.WRITE);
        return new Result.Ended(0, outcome.state(), run, () -> keep(outcome, printed, complained));
    }

    private void receive(Conversation conversation, WireOutput file) throws IOException {
        OutputStream user = hands.open(file.path(), file.mode(), Overwriting.of(file.path(), command, real));
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

    private void keep(Outcome outcome, byte[] printed, byte[] complained) {
        copy.flatMap(own -> own.enter(outcome, printed, complained))
                .ifPresent(key -> recorder.made(key, task, outcome.observation()));
    }

    private static byte[] bytes(Conversation conversation, long size) throws IOException {
        if (size < 0 || size > MOST_PRINTED_BYTES) {
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
