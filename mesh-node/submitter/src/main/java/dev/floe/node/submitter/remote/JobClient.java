package dev.floe.node.submitter.remote;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.BitSet;
import java.util.List;

import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.InputBlobHeader;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.rpc.stream.MessageStream;

/**
 * The client side of a conversation at {@code /job}: offers a job to an executor, uploads the inputs that the executor
 * lacks, and receives the result with its outputs. Checks the counts and lengths that the executor sends.
 */
public final class JobClient {
    private static final long MAX_OUTPUT_BYTES = 4L << 30;

    private final MessageStream conversation;
    private final int inputCount;

    /** @param inputCount the number of the job's inputs */
    public JobClient(MessageStream conversation, int inputCount) {
        this.conversation = conversation;
        this.inputCount = inputCount;
    }

    /** Where the bytes of inputs come from. */
    public interface InputSource {
        /** The size of an input, which is a file. */
        long size(int index);

        InputStream open(int index) throws IOException;

        /** All bytes of an input have been sent. */
        default void sent(int index) {}
    }

    /** Takes the outputs, in the order in which they come. Each method reads all of its bytes. */
    public interface OutputSink {
        void standardOutput(OutputBytes bytes) throws IOException;

        void standardError(OutputBytes bytes) throws IOException;

        void file(WireOutput file, OutputBytes bytes) throws IOException;
    }

    /** The bytes of one output, which come next. */
    public static final class OutputBytes {
        private final MessageStream conversation;
        private final long size;

        private OutputBytes(MessageStream conversation, long size) {
            this.conversation = conversation;
            this.size = size;
        }

        public long size() {
            return size;
        }

        /** Receives them; to be called once. */
        public void transferTo(OutputStream to) throws IOException {
            conversation.receiveBlob(size, to);
        }

        /** Receives them into memory; to be called once. */
        byte[] toBytes() throws IOException {
            return conversation.receiveBytes(size);
        }
    }

    /** Sends an offer, and returns what the executor says of it. */
    public JobMessage offer(Offer offer) throws IOException {
        conversation.send(offer);
        conversation.flush();
        return conversation.receive(JobMessage.class);
    }

    /**
     * The indexes of the inputs that the executor lacks.
     *
     * @throws IOException if it asks for what there is not, or for an input twice
     */
    public List<Integer> missing(OfferAnswer answer) throws IOException {
        BitSet seen = new BitSet();
        for (int index : answer.missing()) {
            if (index < 0 || index >= inputCount) {
                throw new IOException("the executor asks for input " + index + " of " + inputCount);
            }
            if (seen.get(index)) {
                throw new IOException("the executor asks for input " + index + " twice");
            }
            seen.set(index);
        }
        return answer.missing();
    }

    /** Sends inputs that the executor lacks, and ends this side's half of the conversation. */
    public void upload(List<Integer> missing, InputSource source) throws IOException {
        for (int index : missing) {
            long size = source.size(index);
            conversation.send(new InputBlobHeader(index, size));
            try (InputStream bytes = source.open(index)) {
                conversation.sendBlob(bytes, size);
            }
            source.sent(index);
        }
        conversation.finish();
    }

    /** What becomes of a job that was taken. */
    public JobMessage awaitResult() throws IOException {
        return conversation.receive(JobMessage.class);
    }

    /** Receives all outputs that come with a result. */
    public void receiveOutputs(JobResult result, OutputSink sink) throws IOException {
        sink.standardOutput(bytes(result.outputBytes()));
        sink.standardError(bytes(result.errorBytes()));
        for (WireOutput file : result.files()) {
            sink.file(file, bytes(file.size()));
        }
    }

    private OutputBytes bytes(long size) throws IOException {
        if (size < 0 || size > MAX_OUTPUT_BYTES) {
            throw new IOException("an output of " + size + " bytes is refused");
        }
        return new OutputBytes(conversation, size);
    }

    /** For a message that is not one of those that may come. */
    public static IOException unexpected(JobMessage message) {
        return new IOException("it sent a message that was not expected");
    }
}
