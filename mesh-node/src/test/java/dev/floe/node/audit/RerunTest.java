package dev.floe.node.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.node.submit.Audits.Served;
import dev.floe.node.wire.Conversation;
import dev.floe.node.wire.HereExchange;
import dev.floe.node.wire.JobMessage.Answer;
import dev.floe.node.wire.JobMessage.BlobFollows;
import dev.floe.node.wire.JobMessage.Effort;
import dev.floe.node.wire.JobMessage.Failure;
import dev.floe.node.wire.JobMessage.Kind;
import dev.floe.node.wire.JobMessage.Offer;
import dev.floe.node.wire.JobMessage.Outcome;
import dev.floe.node.wire.JobMessage.Verdict;
import dev.floe.node.wire.JobMessage.WireInput;
import dev.floe.node.wire.JobMessage.WireOutput;
import dev.floe.node.wire.JobMessage.WireState;
import dev.floe.store.Digest;
import dev.floe.store.action.ActionKey;
import dev.floe.store.action.ActionResult;
import dev.floe.store.action.Content;
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

/** A result made anew, as the one who audits sees it. */
final class RerunTest {
    private static final WireState STATE = new WireState(1, 1, 1, 0, 0, 0, 1 << 30, false);
    private static final Effort EFFORT = new Effort(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    private static final byte[] NONE = new byte[0];

    @TempDir
    private Path dir;
    private Path source;

    /** How an executor goes on after the offer. */
    private interface Script {
        void play(Conversation conversation) throws IOException;
    }

    @BeforeEach
    void write() throws IOException {
        source = dir.resolve("x.c");
        Files.writeString(source, "int x;");
    }

    private Served served(boolean readHere) {
        WireInput input = new WireInput(Kind.FILE, source.toString(), 0644,
                Digest.ofBytes("int x;".getBytes(UTF_8)).hash(), 6, "", 0, 0);
        Offer offer = new Offer("a/1", "a", "/usr/bin/gcc", List.of("gcc", "-c", "x.c"), dir.toString(), List.of(), 022,
                "00", List.of(input), List.of(dir.toString()), 1, 1, "", false, "", false);
        return new Served(offer, new ActionKey(1, 2, 3, 4), new ActionResult(Content.Inline.NONE, Content.Inline.NONE,
                List.of(), "b", Duration.ZERO), "x.c", readHere);
    }

    private Rerun.Result run(Served served, boolean inLine, Script script) throws IOException {
        try (Conversation conversation = new Conversation(HereExchange.open("/job", exchange -> {
            try (Conversation executor = new Conversation(exchange)) {
                executor.receive(Offer.class);
                script.play(executor);
                executor.finish();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }))) {
            return Rerun.run(conversation, served, inLine);
        }
    }

    private static Answer answer(Verdict verdict, long waitMillis, Integer... missing) {
        return new Answer(verdict, List.of(missing), waitMillis, "no slots", STATE);
    }

    private static void end(Conversation executor, int exit) throws IOException {
        executor.send(
                new Outcome(exit, 2, 0, List.of(new WireOutput("/w/x.o", 0644, 6, NONE)), EFFORT, STATE, NONE, NONE));
        if (exit == 0) {
            executor.sendBlob(new ByteArrayInputStream("ok".getBytes(UTF_8)), 2);
            executor.sendBlob(new ByteArrayInputStream("object".getBytes(UTF_8)), 6);
        }
    }

    @Test
    void digestsWhatComes() throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        Rerun.Result result = run(served(true), false, executor -> {
            executor.send(answer(Verdict.ACCEPTED, 0, 0));
            executor.flush();
            assertThat(executor.receive(BlobFollows.class)).isEqualTo(new BlobFollows(0, 6));
            executor.receiveBlob(6, sent);
            end(executor, 0);
        });
        assertThat(sent).hasToString("int x;");
        assertThat(result).isInstanceOfSatisfying(Rerun.Result.Made.class, made -> assertThat(made.outputs().files())
                .containsEntry("/w/x.o", new Outputs.Made(0644, Digest.ofBytes("object".getBytes(UTF_8))))
                .containsEntry(Outputs.PRINTED, new Outputs.Made(0, Digest.ofBytes("ok".getBytes(UTF_8))))
                .containsEntry(Outputs.COMPLAINED, new Outputs.Made(0, Digest.ofBytes(NONE))));
    }

    @Test
    void givesUpWhenAnInputHasChangedOrCannotBeRead() throws IOException {
        Script asks = executor -> executor.send(answer(Verdict.ACCEPTED, 0, 0));
        assertThat(run(served(false), false, asks)).isInstanceOfSatisfying(Rerun.Result.Impossible.class,
                why -> assertThat(why.reason()).contains("cannot be read"));
        Files.writeString(source, "int y;");
        assertThat(run(served(true), false, asks)).isInstanceOfSatisfying(Rerun.Result.Impossible.class,
                why -> assertThat(why.reason()).contains("changed"));
        Files.delete(source);
        assertThat(run(served(true), false, asks)).isInstanceOf(Rerun.Result.Impossible.class);
    }

    @Test
    void doesNotMindAChangeOfWhatTheExecutorHas() throws IOException {
        Files.delete(source);
        assertThat(run(served(false), false, executor -> {
            executor.send(answer(Verdict.ACCEPTED, 0));
            end(executor, 0);
        })).isInstanceOf(Rerun.Result.Made.class);
    }

    @Test
    void standsInNoLineButItsOwnNodes() throws IOException {
        Script queues = executor -> {
            executor.send(answer(Verdict.QUEUED, 500));
            end(executor, 0);
        };
        assertThat(run(served(true), false, queues)).isInstanceOf(Rerun.Result.Busy.class);
        assertThat(run(served(true), true, queues)).isInstanceOf(Rerun.Result.Made.class);
        assertThat(run(served(true), true, executor -> executor.send(answer(Verdict.REFUSED, 0))))
                .isEqualTo(new Rerun.Result.Busy("no slots"));
    }

    @Test
    void drawsNoConclusionFromWhatFails() throws IOException {
        assertThat(run(served(true), false, executor -> {
            executor.send(answer(Verdict.ACCEPTED, 0));
            end(executor, 1);
        })).isInstanceOf(Rerun.Result.Impossible.class);
        assertThat(run(served(true), false, executor -> executor.send(new Failure("no disk", STATE))))
                .isEqualTo(new Rerun.Result.Impossible("no disk"));
        assertThatThrownBy(() -> run(served(true), false, executor -> executor.send(answer(Verdict.ACCEPTED, 0, 7))))
                .isInstanceOf(IOException.class);
    }
}
