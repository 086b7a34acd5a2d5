package dev.floe.node.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

import dev.floe.node.rpc.MessageStream;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.rpc.messages.JobMessage.InputBlobHeader;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.submitter.AuditQueue.ServedResult;
import dev.floe.store.Digest;

/** Makes a result once more; its outputs are digested as they come, and not kept. */
final class AuditExecution {
    private static final long MAX_OUTPUT_BYTES = 4L << 30;

    private AuditExecution() {}

    /** What came of it. */
    sealed interface AuditRunResult {
        record Reproduced(OutputDigests outputs) implements AuditRunResult {}

        /** The executor does not take it now; another time, or another executor, may do. */
        record ExecutorBusy(String reason) implements AuditRunResult {}

        /** It cannot be made anew. */
        record Impossible(String reason) implements AuditRunResult {}
    }

    /**
     * Talks to an executor from offer to outcome.
     *
     * @param inLine whether to wait in the executor's line
     * @throws IOException if the executor is gone or does not do it
     */
    static AuditRunResult run(MessageStream conversation, ServedResult served, boolean inLine) throws IOException {
        conversation.send(served.offer());
        conversation.flush();
        return switch (conversation.receive(JobMessage.class)) {
            case OfferAnswer answer when answer.verdict() == AdmissionVerdict.REFUSED ->
                new AuditRunResult.ExecutorBusy(answer.reason());
            case OfferAnswer answer when answer.waitMillis() > 0 && !inLine ->
                new AuditRunResult.ExecutorBusy("it has no slot free");
            case OfferAnswer answer -> taken(conversation, served, answer);
            case Failure failure -> new AuditRunResult.Impossible(failure.reason());
            case JobMessage other -> throw unexpected(other);
        };
    }

    private static IOException unexpected(JobMessage message) {
        return new IOException("it sent a message that was not expected");
    }

    private static AuditRunResult taken(MessageStream conversation, ServedResult served, OfferAnswer answer)
            throws IOException {
        for (int index : answer.missing()) {
            if (index < 0 || index >= served.offer().inputs().size()) {
                throw new IOException("it asks for input " + index + " of " + served.offer().inputs().size());
            }
            WireInput input = served.offer().inputs().get(index);
            if (!served.readHere()) {
                return new AuditRunResult.Impossible("its inputs cannot be read by this node");
            }
            if (!isUnchanged(input)) {
                return new AuditRunResult.Impossible(input.path() + " has changed meanwhile");
            }
            conversation.send(new InputBlobHeader(index, input.size()));
            try (InputStream bytes = Files.newInputStream(Path.of(input.path()))) {
                conversation.sendBlob(bytes, input.size());
            }
        }
        conversation.finish();
        return switch (conversation.receive(JobMessage.class)) {
            case JobResult outcome when outcome.exit() != 0 ->
                new AuditRunResult.Impossible("the compiler ends with exit code " + outcome.exit());
            case JobResult outcome -> new AuditRunResult.Reproduced(outputs(conversation, outcome));
            case Failure failure -> new AuditRunResult.Impossible(failure.reason());
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

    private static OutputDigests outputs(MessageStream conversation, JobResult outcome) throws IOException {
        SortedMap<String, OutputDigests.ProducedFile> files = new TreeMap<>();
        files.put(OutputDigests.PRINTED,
                new OutputDigests.ProducedFile(0, receive(conversation, outcome.outputBytes())));
        files.put(OutputDigests.COMPLAINED,
                new OutputDigests.ProducedFile(0, receive(conversation, outcome.errorBytes())));
        for (WireOutput file : outcome.files()) {
            files.put(file.path(), new OutputDigests.ProducedFile(file.mode(), receive(conversation, file.size())));
        }
        return new OutputDigests(files);
    }

    private static Digest receive(MessageStream conversation, long size) throws IOException {
        if (size < 0 || size > MAX_OUTPUT_BYTES) {
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
