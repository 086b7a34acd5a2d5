package dev.floe.node.submitter.remote;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.messages.ExecutionTimings;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.InputBlobHeader;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.rpc.stream.InProcessStream;
import dev.floe.node.rpc.stream.MessageStream;

/** What the client of a job accepts from an executor, and what it sends. */
final class JobClientTest {
    private static final WireState STATE = new WireState(1, 1, 1, 0, 0, 0, 1 << 30, false);
    private static final ExecutionTimings EFFORT = new ExecutionTimings(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    private static final byte[] NONE = new byte[0];

    /** What an executor does. */
    private interface Script {
        void play(MessageStream conversation) throws IOException;
    }

    private static MessageStream executor(Script script) {
        return new MessageStream(InProcessStream.open("/job", exchange -> {
            try (MessageStream executor = new MessageStream(exchange)) {
                script.play(executor);
                executor.finish();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    private static OfferAnswer asks(Integer... missing) {
        return new OfferAnswer(AdmissionVerdict.ACCEPTED, List.of(missing), 0, "", STATE);
    }

    private static JobResult result(long printed, long fileBytes) {
        return new JobResult(0, printed, 0, List.of(new WireOutput("/w/x.o", 0644, fileBytes, NONE)), EFFORT, STATE,
                NONE, NONE);
    }

    @Test
    void refusesAnIndexThatThereIsNot() {
        try (MessageStream conversation = executor(_ -> {})) {
            JobClient job = new JobClient(conversation, 2);
            assertThatThrownBy(() -> job.missing(asks(2))).hasMessage("the executor asks for input 2 of 2");
            assertThatThrownBy(() -> job.missing(asks(-1))).hasMessage("the executor asks for input -1 of 2");
            assertThatThrownBy(() -> job.missing(asks(1, 0, 1))).hasMessage("the executor asks for input 1 twice");
        }
    }

    @Test
    void uploadsWhatTheExecutorLacks() throws IOException {
        List<String> received = new ArrayList<>();
        try (MessageStream conversation = executor(executor -> {
            for (int i = 0; i < 2; i++) {
                InputBlobHeader header = executor.receive(InputBlobHeader.class);
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                executor.receiveBlob(header.size(), bytes);
                received.add(header.index() + "=" + bytes.toString(UTF_8));
            }
            executor.send(result(0, 0));
        })) {
            JobClient job = new JobClient(conversation, 3);
            List<Integer> sent = new ArrayList<>();
            job.upload(job.missing(asks(2, 0)), new JobClient.InputSource() {
                @Override
                public long size(int index) {
                    return 2;
                }

                @Override
                public InputStream open(int index) {
                    return new ByteArrayInputStream(("i" + index).getBytes(UTF_8));
                }

                @Override
                public void sent(int index) {
                    sent.add(index);
                }
            });
            assertThat(job.awaitResult()).isInstanceOf(JobResult.class);
            assertThat(received).containsExactly("2=i2", "0=i0");
            assertThat(sent).containsExactly(2, 0);
        }
    }

    @Test
    void passesTheOutputsOn() throws IOException {
        try (MessageStream conversation = executor(executor -> {
            executor.sendBlob(new ByteArrayInputStream("ok".getBytes(UTF_8)), 2);
            executor.sendBlob(new ByteArrayInputStream(NONE), 0);
            executor.sendBlob(new ByteArrayInputStream("object".getBytes(UTF_8)), 6);
        })) {
            TextOutputs outputs = new TextOutputs();
            new JobClient(conversation, 0).receiveOutputs(result(2, 6), outputs);
            assertThat(outputs.received).containsExactly("stdout=ok", "stderr=", "/w/x.o=object");
        }
    }

    @Test
    void refusesOutputsThatCannotBe() throws IOException {
        try (MessageStream conversation = executor(_ -> {})) {
            JobClient job = new JobClient(conversation, 0);
            assertThatThrownBy(() -> job.receiveOutputs(result(-1, 0), new TextOutputs()))
                    .hasMessage("an output of -1 bytes is refused");
            assertThatThrownBy(() -> job.receiveOutputs(result(Long.MAX_VALUE, 0), new TextOutputs()))
                    .hasMessageContaining("is refused");
        }
    }

    private static final class TextOutputs implements JobClient.OutputSink {
        private final List<String> received = new ArrayList<>();

        @Override
        public void standardOutput(JobClient.OutputBytes bytes) throws IOException {
            add("stdout", bytes);
        }

        @Override
        public void standardError(JobClient.OutputBytes bytes) throws IOException {
            add("stderr", bytes);
        }

        @Override
        public void file(WireOutput file, JobClient.OutputBytes bytes) throws IOException {
            add(file.path(), bytes);
        }

        private void add(String name, JobClient.OutputBytes bytes) throws IOException {
            ByteArrayOutputStream text = new ByteArrayOutputStream();
            bytes.transferTo(text);
            received.add(name + "=" + text.toString(UTF_8));
        }
    }
}
