package dev.floe.node.audit;

import dev.floe.node.submit.Audits.Served;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.JobMessage;
import dev.floe.node.wire.JobMessage.Answer;
import dev.floe.node.wire.JobMessage.BlobFollows;
import dev.floe.node.wire.JobMessage.Failure;
import dev.floe.node.wire.JobMessage.Outcome;
import dev.floe.node.wire.JobMessage.Verdict;
import dev.floe.node.wire.JobMessage.WireInput;
import dev.floe.node.wire.JobMessage.WireOutput;
import dev.floe.store.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes a result once more; its outputs are digested as they come, and not kept. */
final class Rerun {
    private static final long MOST_OUTPUT_BYTES = 4L << 30;

    private Rerun() {}

    /** What came of it. */
    sealed interface Result {
        record Made(Outputs outputs) implements Result {}

        /** The executor does not take it now; another time, or another executor, may do. */
        record Busy(String reason) implements Result {}

        /** It cannot be made anew. */
        record Impossible(String reason) implements Result {}
    }

    /**
     * Talks to an executor from offer to outcome.
     *
     * @param inLine whether to wait in the executor's line
     * @throws IOException if the executor is gone or does not do it
     */
    static Result run(Conversation conversation, Served served, boolean inLine) throws IOException {
        conversation.send(served.offer());
        conversation.flush();
        return switch (conversation.receive(JobMessage.class)) {
            case Answer answer when answer.verdict() == Verdict.REFUSED -> new Result.Busy(answer.reason());
            case Answer answer when answer.waitMillis() > 0 && !inLine -> new Result.Busy("it has no slot free");
            case Answer answer -> taken(conversation, served, answer);
            case Failure failure -> new Result.Impossible(failure.reason());
            case JobMessage other -> throw unexpected(other);
        };
    }

    private static IOException unexpected(JobMessage message) {
        return new IOException("it sent a message that was not expected");
    }

    private static Result taken(Conversation conversation, Served served, Answer answer) throws IOException {
        for (int index : answer.missing()) {
            if (index < 0 || index >= served.offer().inputs().size()) {
                throw new IOException("it asks for input " + index + " of " + served.offer().inputs().size());
            }
            WireInput input = served.offer().inputs().get(index);
            if (!served.readHere()) {
                return new Result.Impossible("its inputs cannot be read by this node");
            }
            if (!isUnchanged(input)) {
                return new Result.Impossible(input.path() + " has changed meanwhile");
            }
            conversation.send(new BlobFollows(index, input.size()));
            try (InputStream bytes = Files.newInputStream(Path.of(input.path()))) {
                conversation.sendBlob(bytes, input.size());
            }
        }
        conversation.finish();
        return switch (conversation.receive(JobMessage.class)) {
            case Outcome outcome when outcome.exit() != 0 ->
                new Result.Impossible("the compiler ends with exit code " + outcome.exit());
            case Outcome outcome -> new Result.Made(outputs(conversation, outcome));
            case Failure failure -> new Result.Impossible(failure.reason());
            case JobMessage other -> throw unexpected(other);
        };
    }

    /** What changes between this look and the upload, the executor refuses. */
    private static boolean isUnchanged(WireInput input) {
        try {
            Path file = Path.of(input.path());
            return Files.size(file) == input.size() && Arrays.equals(Digest.ofFile(file).hash(), input.hash());
        } catch (IOException _) {
            return false;
        }
    }

    private static Outputs outputs(Conversation conversation, Outcome outcome) throws IOException {
        SortedMap<String, Outputs.Made> files = new TreeMap<>();
        files.put(Outputs.PRINTED, new Outputs.Made(0, receive(conversation, outcome.outputBytes())));
        files.put(Outputs.COMPLAINED, new Outputs.Made(0, receive(conversation, outcome.errorBytes())));
        for (WireOutput file : outcome.files()) {
            files.put(file.path(), new Outputs.Made(file.mode(), receive(conversation, file.size())));
        }
        return new Outputs(files);
    }

    private static Digest receive(Conversation conversation, long size) throws IOException {
        if (size < 0 || size > MOST_OUTPUT_BYTES) {
            throw new IOException("an output of " + size + " bytes is refused");
        }
        MessageDigest sha256 = Digest.sha256();
        conversation.receiveBlob(size, new OutputStream() {
            @Override
            public void write(int b) {
                sha256.update((byte) b);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                sha256.update(bytes, offset, length);
            }
        });
        return Digest.of(sha256.digest(), size);
    }
}
