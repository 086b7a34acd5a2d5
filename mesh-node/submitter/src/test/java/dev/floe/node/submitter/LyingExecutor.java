package dev.floe.node.submitter;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import dev.floe.node.rpc.messages.ExecutionTimings;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.rpc.stream.InProcessStream;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.node.submitter.context.StreamOpener;

/** An executor over an exchange in memory that takes a job and answers it as a test says. */
public final class LyingExecutor implements StreamOpener {
    public static final String OBJECT = "an object";
    public static final byte[] NO_HASH = {};
    public static final WireState STATE = new WireState(1, 1, 64, 0, 0, 0, 1L << 34, false);
    public static final ExecutionTimings EFFORT = new ExecutionTimings(0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1);

    private final Script script;

    /** What the executor does once it has an offer. */
    public interface Script {
        void answer(MessageStream conversation, Offer offer) throws IOException;
    }

    public LyingExecutor(Script script) {
        this.script = script;
    }

    @Override
    public PeerStream open() {
        return InProcessStream.open("/job", exchange -> {
            try (MessageStream conversation = new MessageStream(exchange)) {
                script.answer(conversation, conversation.receive(Offer.class));
            } catch (IOException _) {
                // the submitter has had enough
            }
        });
    }

    /** Accepts, and ends well with these files; the bytes of each are the same. */
    public static Script returning(WireOutput... files) {
        return (conversation, _) -> {
            accept(conversation);
            end(conversation, 0, files);
        };
    }

    /** Accepts, and does what remains. */
    public static Script accepted(Script then) {
        return (conversation, offer) -> {
            accept(conversation);
            then.answer(conversation, offer);
        };
    }

    static void accept(MessageStream conversation, Integer... missing) throws IOException {
        answer(conversation, List.of(missing), 0);
    }

    static void answer(MessageStream conversation, List<Integer> missing, long waitMillis) throws IOException {
        conversation.send(new OfferAnswer(AdmissionVerdict.ACCEPTED, missing, waitMillis, "", STATE));
        conversation.flush();
    }

    /** The object as the command's own compiler would leave it. */
    public static WireOutput object(String path) {
        return new WireOutput(path, 0644, OBJECT.length(), NO_HASH);
    }

    public static void end(MessageStream conversation, int exit, WireOutput... files) throws IOException {
        conversation.send(outcome(exit, 0, 0, List.of(files)));
        for (WireOutput _ : files) {
            byte[] bytes = OBJECT.getBytes(StandardCharsets.UTF_8);
            conversation.sendBlob(new ByteArrayInputStream(bytes), bytes.length);
        }
        conversation.finish();
    }

    public static JobResult outcome(int exit, long outputBytes, long errorBytes, List<WireOutput> files) {
        return new JobResult(exit, outputBytes, errorBytes, files, EFFORT, STATE, NO_HASH, NO_HASH);
    }

    static void send(MessageStream conversation, JobMessage message) throws IOException {
        conversation.send(message);
        conversation.flush();
    }

    /** Bytes that are no message. */
    static void sendRaw(MessageStream conversation, byte... bytes) throws IOException {
        conversation.exchange().output().write(bytes);
        conversation.exchange().output().flush();
    }

    /** Returns when the submitter has given up. */
    public static void beSilent(MessageStream conversation) throws IOException {
        CountDownLatch gone = new CountDownLatch(1);
        conversation.exchange().onClosed(gone::countDown);
        try {
            gone.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
