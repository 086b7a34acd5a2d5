package dev.floe.node.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.executor.sandbox.JobLimits;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.stream.MessageStream;

/**
 * The same jobs as in {@link dev.floe.node.executor.sandbox.ReadRaceTest}, taken by an executor, which removes what
 * they leave; every third ends by itself, is cancelled by its submitter, or takes too long.
 */
@Tag("attack")
final class DeleteRaceTest {
    private static final String LEAF = "victim";
    private static final int JOBS = Integer.getInteger("floe.attack.jobs", 16);
    private static final JobLimits SHORT = new JobLimits(4L << 30, 64 << 20, 64 << 20, 64, Duration.ofMillis(700));

    @TempDir
    private Path directory;
    private Workbench bench;
    private Path victim;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory, Payload.program());
        bench.sandbox();
        victim = Files.writeString(Files.createDirectory(directory.resolve("host")).resolve(LEAF), "kept");
    }

    @AfterEach
    void close() throws IOException {
        bench.close();
    }

    @Test
    void removesNothingOfTheHost() throws IOException {
        try (BusyProcessors _ = new BusyProcessors();
                AttackTally tally = new AttackTally("delete-race");
                ExecutingNode patient = new ExecutingNode(bench, directory.resolve("patient"), 2);
                ExecutingNode hasty = new ExecutingNode(bench, directory.resolve("hasty"), 2, bench.availability(),
                        SHORT)) {
            for (int job = 0; job < JOBS; job++) {
                String mark = "delete-" + job;
                switch (job % 3) {
                    case 0 -> answered(patient, mark, "exit");
                    case 1 -> cancelled(patient, mark);
                    default -> answered(hasty, mark, "stay");
                }
                awaitRemoved(patient);
                awaitRemoved(hasty);
                assertThat(Attacks.alive(mark)).as(mark).isEmpty();
                tally.count(Files.exists(victim));
                assertThat(victim).as(mark).hasContent("kept");
            }
            assertThat(patient.executor().tally().counts().cancelled()).isPositive();
        }
    }

    private Offer offer(String mark, String end) {
        return Attacks.offer(bench, mark,
                List.of("race", "x", "target=" + victim.getParent(), "leaf=" + LEAF, "end=" + end));
    }

    private void answered(ExecutingNode node, String mark, String end) throws IOException {
        try (MessageStream conversation = node.offer(offer(mark, end))) {
            assertThat(conversation.receive(OfferAnswer.class)).as(mark)
                    .matches(answer -> answer.verdict() != AdmissionVerdict.REFUSED, "is taken");
            conversation.finish();
            assertThat(conversation.receive(JobMessage.class))
                    .isInstanceOfAny(JobMessage.JobResult.class, JobMessage.Failure.class);
        }
    }

    private void cancelled(ExecutingNode node, String mark) throws IOException {
        try (MessageStream _ = node.submit(offer(mark, "stay"), Map.of())) {
            await().pollInterval(Duration.ofMillis(5)).until(() -> Attacks.alive(mark).size() > 9);
        }
    }

    private static void awaitRemoved(ExecutingNode node) {
        await().pollInterval(Duration.ofMillis(5)).until(() -> {
            try (Stream<Path> left = Files.list(node.jobs())) {
                return left.allMatch(node.jobs().resolve("trees")::equals);
            }
        });
    }
}
