package dev.floe.node.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.rpc.messages.ExecutionTimings;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.rpc.messages.JobMessage.InputBlobHeader;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.rpc.stream.InProcessStream;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.submitter.context.AuditQueue.ServedResult;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ResultContent;

/** A result made again, as the one who audits sees it. */
final class AuditExecutionTest {
    private static final WireState STATE = new WireState(1, 1, 1, 0, 0, 0, 1 << 30, false);
    private static final ExecutionTimings EFFORT = new ExecutionTimings(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    private static final byte[] NONE = new byte[0];

    @TempDir
    private Path dir;
    private Path source;

    /** How an executor goes on after the offer. */
    private interface Script {
        void play(MessageStream conversation) throws IOException;
    }

    @BeforeEach
    void write() throws IOException {
        source = dir.resolve("x.c");
        Files.writeString(source, "int x;");
    }

    private ServedResult served(boolean readHere) {
        WireInput input = new WireInput(InputKind.FILE, source.toString(), 0644,
                Digest.ofBytes("int x;".getBytes(UTF_8)).hash(), 6, "", 0, 0);
        Offer offer = new Offer("a/1", "a", "/usr/bin/gcc", List.of("gcc", "-c", "x.c"), dir.toString(), List.of(), 022,
                "00", List.of(input), List.of(dir.toString()), 1, 1, "", false, "", false);
        return new ServedResult(offer, new ActionKey(1, 2, 3, 4),
                new ActionResult(ResultContent.Inline.NONE, ResultContent.Inline.NONE,
                        List.of(), "b", Duration.ZERO),
                "x.c", readHere);
    }

    private AuditExecution.AuditRunResult run(ServedResult served, boolean inLine, Script script) throws IOException {
        try (MessageStream conversation = new MessageStream(InProcessStream.open("/job", exchange -> {
            try (MessageStream executor = new MessageStream(exchange)) {
                executor.receive(Offer.class);
                script.play(executor);
                executor.finish();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }))) {
            return AuditExecution.run(conversation, served, inLine);
        }
    }

    private static OfferAnswer answer(AdmissionVerdict verdict, long waitMillis, Integer... missing) {
        return new OfferAnswer(verdict, List.of(missing), waitMillis, "no slots", STATE);
    }

    private static void end(MessageStream executor, int exit) throws IOException {
        executor.send(
                new JobResult(exit, 2, 0, List.of(new WireOutput("/w/x.o", 0644, 6, NONE)), EFFORT, STATE, NONE, NONE));
        if (exit == 0) {
            executor.sendBlob(new ByteArrayInputStream("ok".getBytes(UTF_8)), 2);
            executor.sendBlob(new ByteArrayInputStream("object".getBytes(UTF_8)), 6);
        }
    }

    @Test
    void digestsWhatComes() throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        AuditExecution.AuditRunResult result = run(served(true), false, executor -> {
            executor.send(answer(AdmissionVerdict.ACCEPTED, 0, 0));
            executor.flush();
            assertThat(executor.receive(InputBlobHeader.class)).isEqualTo(new InputBlobHeader(0, 6));
            executor.receiveBlob(6, sent);
            end(executor, 0);
        });
        assertThat(sent).hasToString("int x;");
        assertThat(result).isInstanceOfSatisfying(AuditExecution.AuditRunResult.Reproduced.class,
                made -> assertThat(made.outputs().files())
                        .containsEntry("/w/x.o",
                                new OutputDigests.ProducedFile(0644, Digest.ofBytes("object".getBytes(UTF_8))))
                        .containsEntry(OutputDigests.PRINTED,
                                new OutputDigests.ProducedFile(0, Digest.ofBytes("ok".getBytes(UTF_8))))
                        .containsEntry(OutputDigests.COMPLAINED,
                                new OutputDigests.ProducedFile(0, Digest.ofBytes(NONE))));
    }

    @Test
    void givesUpWhenAnInputHasChangedOrCannotBeRead() throws IOException {
        Script asks = executor -> executor.send(answer(AdmissionVerdict.ACCEPTED, 0, 0));
        assertThat(run(served(false), false, asks)).isInstanceOfSatisfying(
                AuditExecution.AuditRunResult.Impossible.class,
                why -> assertThat(why.reason()).contains("cannot be read"));
        Files.writeString(source, "int y;");
        assertThat(run(served(true), false, asks)).isInstanceOfSatisfying(
                AuditExecution.AuditRunResult.Impossible.class,
                why -> assertThat(why.reason()).contains("changed"));
        Files.delete(source);
        assertThat(run(served(true), false, asks)).isInstanceOf(AuditExecution.AuditRunResult.Impossible.class);
    }

    @Test
    void doesNotMindAChangeOfWhatTheExecutorHas() throws IOException {
        Files.delete(source);
        assertThat(run(served(false), false, executor -> {
            executor.send(answer(AdmissionVerdict.ACCEPTED, 0));
            end(executor, 0);
        })).isInstanceOf(AuditExecution.AuditRunResult.Reproduced.class);
    }

    @Test
    void standsInNoLineButItsOwnNodes() throws IOException {
        Script queues = executor -> {
            executor.send(answer(AdmissionVerdict.QUEUED, 500));
            end(executor, 0);
        };
        assertThat(run(served(true), false, queues)).isInstanceOf(AuditExecution.AuditRunResult.ExecutorBusy.class);
        assertThat(run(served(true), true, queues)).isInstanceOf(AuditExecution.AuditRunResult.Reproduced.class);
        assertThat(run(served(true), true, executor -> executor.send(answer(AdmissionVerdict.REFUSED, 0))))
                .isEqualTo(new AuditExecution.AuditRunResult.ExecutorBusy("no slots"));
    }

    @Test
    void drawsNoConclusionFromWhatFails() throws IOException {
        assertThat(run(served(true), false, executor -> {
            executor.send(answer(AdmissionVerdict.ACCEPTED, 0));
            end(executor, 1);
        })).isInstanceOf(AuditExecution.AuditRunResult.Impossible.class);
        assertThat(run(served(true), false, executor -> executor.send(new Failure("no disk", STATE))))
                .isEqualTo(new AuditExecution.AuditRunResult.Impossible("no disk"));
        assertThatThrownBy(
                () -> run(served(true), false, executor -> executor.send(answer(AdmissionVerdict.ACCEPTED, 0, 7))))
                .isInstanceOf(IOException.class);
    }
}
