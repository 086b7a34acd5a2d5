package dev.floe.node.submitter.remote;

import static dev.floe.node.submitter.LyingExecutor.accepted;
import static dev.floe.node.submitter.LyingExecutor.object;
import static dev.floe.node.submitter.LyingExecutor.returning;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.joblog.JobRecord.Attempt;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.submitter.LyingExecutor;
import dev.floe.node.submitter.LyingExecutor.Script;
import dev.floe.node.submitter.completion.RequestOutcome;
import dev.floe.node.submitter.completion.RequestOutcome.Written;
import dev.floe.node.submitter.context.OneRequest;
import dev.floe.node.submitter.context.SubmittingNode;
import dev.floe.node.submitter.wrapper.HelloFrame.Mode;
import dev.floe.placement.PlacementRequest;
import dev.floe.placement.ranking.Candidate;

/** A job on a node of a tenth of the usual speed, while a fast node joins that has nothing to do. */
final class SecondCopyTest {
    private static final double SLOW = 0.1;

    @TempDir
    Path directory;
    private OneRequest request;
    private String object;
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final CountDownLatch copied = new CountDownLatch(1);

    @BeforeEach
    void open() throws IOException {
        directory = directory.toRealPath();
        object = directory.resolve("M.o").toString();
        request = new OneRequest(directory, Mode.AUTO, Set.of());
    }

    @AfterEach
    void close() throws IOException {
        request.close();
    }

    /** Before a job has ended, run times are guesses, and there are no copies. */
    private void finishOne() throws IOException {
        PlacementRequest job = request.placement().with("here/0", request.task().found());
        Candidate by = request.node.scheduler().rank(job, false).candidates().getFirst();
        request.node.scheduler().finished(by, "other.c", "", LyingExecutor.STATE, Duration.ofSeconds(20));
    }

    private RequestOutcome run() throws IOException {
        finishOne();
        return OfferedJob.run(request, false);
    }

    /** The slow node accepts, a fast one joins, and the slow one goes on. */
    private void slowNode(Script fast, Script then) throws IOException {
        request.node.addPeer("slow", SLOW, accepted((conversation, offer) -> {
            request.node.addPeer("fast", fast);
            then.answer(conversation, offer);
        }));
    }

    private List<Attempt> attempts() {
        return request.context().account().end(Decision.REMOTE, "", "", 0).attempts();
    }

    private void await(CountDownLatch event) throws IOException {
        try {
            event.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Script silent(CountDownLatch begun) {
        return (conversation, _) -> {
            begun.countDown();
            LyingExecutor.beSilent(conversation);
            cancelled.countDown();
        };
    }

    @Test
    void theCopyIsFirstAndTheOtherIsCancelled() throws IOException {
        slowNode(returning(object(object)), silent(new CountDownLatch(1)));
        assertThat(run()).isInstanceOfSatisfying(Written.class, written -> {
            assertThat(written.node()).isEqualTo("fast");
            assertThat(written.decision()).isEqualTo(Decision.REMOTE);
            assertThat(written.reason()).startsWith("compiled remotely, as a second copy: slow took ");
        });
        await(cancelled);
        assertThat(attempts()).extracting(Attempt::node).containsExactly("slow", "fast");
        assertThat(attempts().getFirst().result()).startsWith("overtaken by fast: slow took ");
        assertThat(attempts().getLast().result()).isEqualTo("done");
        assertThat(request.wrapper.files()).containsOnlyKeys(object);
    }

    @Test
    void theFirstIsFirstAndTheCopyIsCancelled() throws IOException {
        slowNode(accepted(silent(copied)), (conversation, _) -> {
            await(copied);
            LyingExecutor.end(conversation, 0, object(object));
        });
        assertThat(run()).isInstanceOfSatisfying(Written.class, written -> {
            assertThat(written.node()).isEqualTo("slow");
            assertThat(written.reason()).isEqualTo("compiled remotely");
        });
        await(cancelled);
        assertThat(attempts()).containsExactly(new Attempt("slow", "done"),
                new Attempt("fast", "second copy cancelled: slow has ended"));
    }

    /** The first has its result, whose bytes come when it is clear what becomes of that of the copy. */
    @Test
    void aCopyThatEndsLaterIsNotTheFirst() throws IOException {
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch decided = new CountDownLatch(1);
        slowNode(accepted((conversation, _) -> {
            copied.countDown();
            await(ended);
            conversation.send(LyingExecutor.outcome(0, 0, 0, List.of()));
            conversation.flush();
            LyingExecutor.beSilent(conversation);
            decided.countDown();
        }), (conversation, _) -> {
            await(copied);
            conversation.exchange().onClosed(decided::countDown);
            conversation.send(LyingExecutor.outcome(0, 0, 0, List.of(object(object))));
            conversation.flush();
            ended.countDown();
            await(decided);
            byte[] bytes = LyingExecutor.OBJECT.getBytes(StandardCharsets.UTF_8);
            conversation.sendBlob(new ByteArrayInputStream(bytes), bytes.length);
            conversation.finish();
        });
        assertThat(run()).isInstanceOfSatisfying(Written.class,
                written -> assertThat(written.node()).isEqualTo("slow"));
        assertThat(request.wrapper.files()).containsOnlyKeys(object);
    }

    @Test
    void aLossWhileTheCopyRunsIsNoLoss() throws IOException {
        CountDownLatch lost = new CountDownLatch(1);
        slowNode(accepted((conversation, _) -> {
            copied.countDown();
            await(lost);
            LyingExecutor.end(conversation, 0, object(object));
        }), (conversation, _) -> {
            await(copied);
            conversation.send(new Failure("the disk is full", LyingExecutor.STATE));
            conversation.finish();
            lost.countDown();
        });
        assertThat(run()).isInstanceOfSatisfying(Written.class,
                written -> assertThat(written.node()).isEqualTo("fast"));
        assertThat(attempts()).extracting(Attempt::node).containsExactly("slow", "fast");
    }

    @Test
    void aCopyThatFailsLeavesTheFirst() throws IOException {
        slowNode(accepted((conversation, _) -> {
            LyingExecutor.end(conversation, 1);
            copied.countDown();
        }), (conversation, _) -> {
            await(copied);
            LyingExecutor.end(conversation, 0, object(object));
        });
        assertThat(run()).isInstanceOfSatisfying(Written.class,
                written -> assertThat(written.node()).isEqualTo("slow"));
        assertThat(attempts()).first().isEqualTo(new Attempt("slow", "done"));
    }

    @Test
    void theCopyOfThisNodeItselfIsLocal() throws IOException {
        request.node.ownExecutor = Optional.of(new LyingExecutor(returning(object(object))));
        AtomicInteger offers = new AtomicInteger();
        request.node.addPeer("slow", SLOW, accepted((conversation, offer) -> {
            offers.incrementAndGet();
            request.node.addSelf();
            silent(new CountDownLatch(1)).answer(conversation, offer);
        }));
        assertThat(run()).isInstanceOfSatisfying(Written.class, written -> {
            assertThat(written.node()).isEqualTo(SubmittingNode.NAME);
            assertThat(written.decision()).isEqualTo(Decision.LOCAL);
            assertThat(written.reason()).startsWith("compiled locally, as a second copy: slow took ");
        });
        await(cancelled);
        assertThat(offers).hasValue(1);
    }
}
