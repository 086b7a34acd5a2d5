package dev.floe.node.submit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;

import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.Exchange;
import dev.floe.node.wire.HereExchange;
import dev.floe.node.wire.JobMessage;
import dev.floe.node.wire.JobMessage.Answer;
import dev.floe.node.wire.JobMessage.Effort;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.JobMessage.Outcome;
import dev.floe.node.wire.JobMessage.Verdict;
import dev.floe.node.wire.JobMessage.WireOutput;
import dev.floe.node.wire.JobMessage.WireState;

/** An executor over an exchange in memory that takes a job and answers it as a test says. */
final class LyingExecutor implements RemoteCompile.Door {
    static final String OBJECT = "an object";
    static final byte[] NO_HASH = {};
    static final WireState STATE = new WireState(1, 1, 64, 0, 0, 0, 1L << 34, false);
    static final Effort EFFORT = new Effort(0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1);

    private final Script script;

    /** What the executor does once it has an offer. */
    interface Script {
        void answer(Conversation conversation, Offer offer) throws IOException;
    }

    LyingExecutor(Script script) {
        this.script = script;
    }

    @Override
    public Exchange open() {
        return HereExchange.open("/job", exchange -> {
            try (Conversation conversation = new Conversation(exchange)) {
                script.answer(conversation, conversation.receive(Offer.class));
            } catch (IOException _) {
                // the submitter has had enough
            }
        });
    }

    /** Accepts, and ends well with these files; the bytes of each are the same. */
    static Script returning(WireOutput... files) {
        return (conversation, _) -> {
            accept(conversation);
            end(conversation, 0, files);
        };
    }

    /** Accepts, and does what remains. */
    static Script accepted(Script then) {
        return (conversation, offer) -> {
            accept(conversation);
            then.answer(conversation, offer);
        };
    }

    static void accept(Conversation conversation, Integer... missing) throws IOException {
        answer(conversation, List.of(missing), 0);
    }

    static void answer(Conversation conversation, List<Integer> missing, long waitMillis) throws IOException {
        conversation.send(new Answer(Verdict.ACCEPTED, missing, waitMillis, "", STATE));
        conversation.flush();
    }

    /** The object as the command's own compiler would leave it. */
    static WireOutput object(String path) {
        return new WireOutput(path, 0644, OBJECT.length(), NO_HASH);
    }

    static void end(Conversation conversation, int exit, WireOutput... files) throws IOException {
        conversation.send(outcome(exit, 0, 0, List.of(files)));
        for (WireOutput _ : files) {
            byte[] bytes = OBJECT.getBytes(StandardCharsets.UTF_8);
            conversation.sendBlob(new ByteArrayInputStream(bytes), bytes.length);
        }
        conversation.finish();
    }

    static Outcome outcome(int exit, long outputBytes, long errorBytes, List<WireOutput> files) {
        return new Outcome(exit, outputBytes, errorBytes, files, EFFORT, STATE, NO_HASH, NO_HASH);
    }

    static void send(Conversation conversation, JobMessage message) throws IOException {
        conversation.send(message);
        conversation.flush();
    }

    /** Bytes that are no message. */
    static void sendRaw(Conversation conversation, byte... bytes) throws IOException {
        conversation.exchange().output().write(bytes);
        conversation.exchange().output().flush();
    }

    /** Returns when the submitter has given up. */
    static void beSilent(Conversation conversation) throws IOException {
        CountDownLatch gone = new CountDownLatch(1);
        conversation.exchange().onBroken(gone::countDown);
        try {
            gone.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
