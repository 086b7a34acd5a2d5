package dev.floe.node.submitter.remote;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

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
import dev.floe.node.submitter.context.OutputAllowlist;
import dev.floe.node.submitter.context.StreamOpener;
import dev.floe.node.submitter.context.TimeoutScheduler;
import dev.floe.placement.ranking.Candidate;
import dev.floe.store.FailureText;

/**
 * A job that is run a second time on another node, up to the message with its result. It has a thread of its own, which
 * neither uses the wrapper nor writes the record. The thread that waits for the job reads the outputs, if this copy is
 * first.
 */
final class SecondCopy {
    private final CopyTarget target;
    private final OfferExchange exchange;
    private final TimeoutScheduler deadlines;
    private final CopyReservation reservation;
    private final AtomicLong sent = new AtomicLong();
    private final CompletableFuture<Optional<CopyResult>> ended = new CompletableFuture<>();
    private volatile boolean isFirst;
    private volatile String failure = ""; // why it has no result; empty if it was only cancelled
    private @Nullable PeerStream stream; // this and cancelled: guarded by this object
    private boolean cancelled;

    /** Where the copy runs. */
    record CopyTarget(Candidate by, String name, StreamOpener executor, Offer offer,
            Optional<InputDictionary.DictionaryEncoder> encoder, Duration patience) {}

    /** What the submitter's view of the mesh is told of the copy. */
    interface CopyReservation {
        void answered(WireState state);

        void refused(WireState state);

        void failed();

        /** The copy has the first result, which is being read from now on. */
        void first();

        /** The copy is not wanted any more. */
        void abandoned();
    }

    /** The result of a copy that was first; its outputs have not been read. */
    record CopyResult(MessageStream conversation, JobClient client, JobResult result) {}

    SecondCopy(CopyTarget target, OfferExchange exchange, TimeoutScheduler deadlines, CopyReservation reservation) {
        this.target = target;
        this.exchange = exchange;
        this.deadlines = deadlines;
        this.reservation = reservation;
    }

    CopyTarget target() {
        return target;
    }

    /** Whether its result is the first. */
    boolean isFirst() {
        return isFirst;
    }

    /** Bytes of inputs that were sent. */
    long sentBytes() {
        return sent.get();
    }

    /** Why it has no result; empty if it was only cancelled. */
    String failure() {
        return failure;
    }

    /** @param claim whether a result is the first one; called once, by the copy's thread */
    void start(BooleanSupplier claim) {
        Thread.ofVirtual().name("floe-copy " + target.name()).start(() -> {
            Optional<CopyResult> result = Optional.empty();
            try {
                result = run(claim);
            } finally {
                ended.complete(result); // the job waits for it, whatever has happened
            }
        });
    }

    /** Blocks until the copy has ended; empty if it has no result, or the result of another is first. */
    Optional<CopyResult> await() {
        return ended.join();
    }

    /** Ends the copy; the executor kills it. */
    synchronized void cancel() {
        cancelled = true;
        if (stream != null) {
            stream.close();
        }
    }

    private Optional<CopyResult> run(BooleanSupplier claim) {
        MessageStream conversation;
        try {
            conversation = new MessageStream(opened(target.executor().open()));
        } catch (IOException | RuntimeException e) {
            fail("lost: " + FailureText.of(e));
            return Optional.empty();
        }
        Optional<CopyResult> result = Optional.empty();
        try {
            result = converse(conversation, claim);
        } catch (IOException | RuntimeException e) { // of numbers that cannot be
            fail("lost: " + OutputAllowlist.shown(FailureText.of(e)));
        } finally {
            if (result.isEmpty()) {
                conversation.close();
            }
        }
        return result;
    }

    private synchronized PeerStream opened(PeerStream opened) {
        stream = opened;
        if (cancelled) {
            opened.close();
        }
        return opened;
    }

    private Optional<CopyResult> converse(MessageStream conversation, BooleanSupplier claim) throws IOException {
        JobClient client = exchange.client(conversation);
        switch (exchange.offer(conversation, client, target.offer().announced(), target.encoder())) {
            case OfferAnswer answer when answer.verdict() == AdmissionVerdict.REFUSED -> {
                failure = "refused: " + OutputAllowlist.shown(answer.reason());
                reservation.refused(answer.state());
                return Optional.empty();
            }
            case OfferAnswer answer -> {
                reservation.answered(answer.state());
                return awaitResult(conversation, client, answer, claim);
            }
            case Failure lost -> {
                fail("lost: " + OutputAllowlist.shown(lost.reason()));
                return Optional.empty();
            }
            case JobMessage other -> throw JobClient.unexpected(other);
        }
    }

    private Optional<CopyResult> awaitResult(MessageStream conversation, JobClient client, OfferAnswer answer,
            BooleanSupplier claim) throws IOException {
        JobMessage last;
        try (TimeoutScheduler.Cancellable _ = deadlines.after(target.patience(), conversation::close)) {
            try {
                exchange.upload(client, answer, sent::addAndGet);
            } catch (StreamBrokenException _) {
                // the executor has given up; its last message is read below, or the end of the connection is noticed
            }
            last = client.awaitResult();
            if (last instanceof ExecutionStarted) {
                last = client.awaitResult();
            }
        }
        switch (last) {
            case JobResult result when result.exit() == 0 -> {
                if (claim.getAsBoolean()) {
                    isFirst = true;
                    reservation.first();
                    return Optional.of(new CopyResult(conversation, client, result));
                }
                reservation.abandoned();
            }
            case JobResult result -> {
                failure = "exit " + result.exit();
                reservation.abandoned();
            }
            case JobReturned returned -> {
                failure = "returned: " + OutputAllowlist.shown(returned.reason());
                reservation.abandoned();
            }
            case Failure lost -> fail("lost: " + OutputAllowlist.shown(lost.reason()));
            case JobMessage other -> throw JobClient.unexpected(other);
        }
        return Optional.empty();
    }

    private void fail(String why) {
        boolean unwanted;
        synchronized (this) {
            unwanted = cancelled;
        }
        if (unwanted) {
            reservation.abandoned();
        } else {
            failure = why;
            reservation.failed();
        }
    }
}
