package dev.floe.node.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import dev.floe.command.observation.PathSet;
import dev.floe.node.executor.admission.OfferLimits;
import dev.floe.node.executor.admission.Refusal;
import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.executor.admission.SlotPool.SlotPriority;
import dev.floe.node.executor.sandbox.Sandbox;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.AdmissionVerdict;
import dev.floe.node.rpc.messages.JobMessage.ExecutionStarted;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.rpc.messages.JobMessage.InputBlobHeader;
import dev.floe.node.rpc.messages.JobMessage.InputKind;
import dev.floe.node.rpc.messages.JobMessage.InputReferences;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.OfferAnswer;
import dev.floe.node.rpc.messages.JobMessage.ResendInputs;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.StreamBrokenException;
import dev.floe.node.rpc.stream.WireProtocol;
import dev.floe.store.Digest;

/** An executor as its submitters see it, over the wire. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ExecutorTest {
    @TempDir
    private Path directory;
    private Workbench bench;
    private ExecutingNode node;

    @BeforeEach
    void open() throws IOException {
        bench = new Workbench(directory);
        bench.sandbox();
        node = new ExecutingNode(bench, directory, 1);
    }

    @AfterEach
    void close() throws IOException {
        node.close();
        bench.close();
    }

    private Offer offer(String script, WireInput... inputs) {
        return with(Workbench.offer(List.of("/w"), script, inputs), bench.toolchain().toolchain().id().hex());
    }

    private static Offer with(Offer offer, String toolchain) {
        return new Offer(offer.jobId(), offer.submitter(), offer.program(), offer.argv(), offer.directory(),
                offer.environment(), offer.umask(),
                toolchain, offer.inputs(), offer.outputDirectories(), offer.predictedMillis(), offer.memoryBytes(),
                offer.terminal(), offer.keep(), offer.root(), offer.rootMapped());
    }

    private static WireInput file(String path, String contents) {
        Digest digest = Digest.ofBytes(contents.getBytes(StandardCharsets.UTF_8));
        return new WireInput(InputKind.FILE, path, 0644, digest.hash(), digest.size(), "", 0, 0);
    }

    private static String blob(MessageStream conversation, long size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        conversation.receiveBlob(size, bytes);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void awaitIdle() {
        await().atMost(Duration.ofMinutes(5)).until(() -> node.admission().use().equals(new SlotPool.SlotUsage(1, 0, 0))
                && node.admission().queuedWork().isZero());
        await().atMost(Duration.ofMinutes(5)).until(() -> {
            try (Stream<Path> left = Files.list(node.jobs())) {
                return left.allMatch(node.jobs().resolve("trees")::equals);
            }
        });
    }

    private void awaitRunning() {
        await().atMost(Duration.ofMinutes(5)).until(() -> ProcessHandle.current().descendants()
                .anyMatch(process -> process.info().arguments().orElse(new String[0]) instanceof String[] arguments
                        && arguments.length == 2 && arguments[0].equals("-c")));
    }

    @Test
    void tellsWhatAnObservedCommandLookedForInVain() throws IOException {
        Offer offer = offer("cat x.h y.h 2>&1; ls", file("/w/x.h", "xxx"));
        try (MessageStream conversation = node.submit(offer.observed(true), Map.of("/w/x.h", "xxx"))) {
            WireObservation observation = Objects
                    .requireNonNull(conversation.receive(JobResult.class).observation());
            assertThat(observation.gap()).isEmpty();
            assertThat(PathSet.decode(observation.missed())).contains("/w/y.h").doesNotContain("/w/x.h");
            assertThat(observation.missingVariables()).contains("QUOTING_STYLE").doesNotContain("FLOE_OBSERVE");
        }
        try (MessageStream conversation = node.submit(offer, Map.of("/w/x.h", "xxx"))) {
            assertThat(conversation.receive(JobResult.class).observation()).isNull();
        }
    }

    @Test
    void takesNamesForInputsAndAsksWhenItDoesNotKnowThem() throws IOException {
        Offer offer = offer("cat x.h", file("/w/x.h", "xxx"));
        List<Integer> asNew = new ArrayList<>();
        List<Integer> asKnown = new ArrayList<>();
        for (int i = 0; i < offer.inputs().size(); i++) {
            asNew.add(i << 1 | 1);
            asKnown.add(i << 1);
        }
        try (MessageStream conversation = node.offer(offer.brief(List.of(), new InputReferences(77, asKnown)))) {
            assertThat(conversation.receive(ResendInputs.class).glossary()).isEqualTo(77);
            conversation.send(offer);
            conversation.flush();
            assertThat(conversation.receive(OfferAnswer.class).glossary()).as("it was not told by name").isZero();
        }
        try (MessageStream conversation = node.offer(offer.brief(offer.inputs(), new InputReferences(77, asNew)))) {
            assertThat(conversation.receive(OfferAnswer.class).glossary()).isEqualTo(77);
        }
        try (MessageStream conversation = node.offer(offer.brief(List.of(), new InputReferences(77, asKnown)))) {
            OfferAnswer answer = conversation.receive(OfferAnswer.class);
            assertThat(answer.glossary()).isEqualTo(77);
            assertThat(answer.missing()).as("among all inputs").containsExactly(indexOf(offer, "/w/x.h"));
        }
    }

    private static int indexOf(Offer offer, String path) {
        return offer.inputs().stream().map(WireInput::path).toList().indexOf(path);
    }

    @Test
    void asksForWhatItLacksRunsTheCommandAndSendsWhatItMade() throws IOException {
        Offer offer = offer("cat x.h y.h; echo oops >&2; cat x.h > x.o; exit 4", file("/w/x.h", "xxx"),
                file("/w/y.h", "yy"), file("/w/z.h", "xxx"));
        try (MessageStream conversation = node.offer(offer)) {
            OfferAnswer answer = conversation.receive(OfferAnswer.class);
            assertThat(answer.verdict()).isEqualTo(AdmissionVerdict.ACCEPTED);
            assertThat(answer.missing()).as("equal files are asked for once").containsExactly(0, 1);
        }
        try (MessageStream conversation = node.submit(offer, Map.of("/w/x.h", "xxx", "/w/y.h", "yy"))) {
            JobResult outcome = conversation.receive(JobResult.class);
            assertThat(outcome.exit()).isEqualTo(4);
            assertThat(blob(conversation, outcome.outputBytes())).isEqualTo("xxxyy");
            assertThat(blob(conversation, outcome.errorBytes())).isEqualTo("oops\n");
            assertThat(outcome.files()).singleElement().satisfies(file -> assertThat(file.path()).isEqualTo("/w/x.o"));
            assertThat(blob(conversation, outcome.files().getFirst().size())).isEqualTo("xxx");
            assertThat(outcome.effort().maxRssBytes()).isPositive();
        }
        try (MessageStream conversation = node.offer(offer)) {
            assertThat(conversation.receive(OfferAnswer.class).missing()).isEmpty();
            conversation.finish();
            assertThat(conversation.receive(JobResult.class).exit()).isEqualTo(4);
        }
        awaitIdle();
        assertThat(node.executor().tally().counts().done()).isEqualTo(2);
        await().atMost(Duration.ofMinutes(5)).until(() -> node.executor().tally().counts().cancelled() == 1);
    }

    @Test
    void refusesBytesThatAreNotThoseOfTheOffer() throws IOException {
        WireInput input = file("/w/x.h", "right");
        try (MessageStream conversation = node.submit(offer("true", input), Map.of("/w/x.h", "wrong"))) {
            assertThat(conversation.receive(Failure.class).reason()).isNotEmpty();
        }
        assertThat(node.store().contains(Digest.of(input.hash(), input.size()))).isFalse();
        try (MessageStream conversation = node.offer(offer("true", input))) {
            conversation.receive(OfferAnswer.class);
            conversation.send(new InputBlobHeader(1, 5));
            conversation.flush();
            assertThat(conversation.receive(Failure.class).reason()).contains("asked for");
        }
        awaitIdle();
    }

    @Test
    void saysWhyAnOfferCannotBeDone() throws IOException {
        for (Offer bad : List.of(offer("true", Workbench.link("/w/../x", "y")),
                offer("true", Workbench.link("/l", "w"), file("/l/x", "x")),
                with(offer("true"), "no id"), with(offer("true"), "ff".repeat(32)))) {
            assertThat(whyNot(bad)).isNotEmpty();
        }
        awaitIdle();
        assertThat(node.executor().tally().counts().failed()).isPositive();
    }

    /** Of a byte each; the executor may give up meanwhile, and what it said can be read all the same. */
    private static void upload(MessageStream conversation, OfferAnswer answer) throws IOException {
        try {
            for (int index : answer.missing()) {
                conversation.send(new InputBlobHeader(index, 1));
                conversation.sendBlob(new ByteArrayInputStream(new byte[]{'x'}), 1);
            }
            conversation.finish();
        } catch (StreamBrokenException _) {
            // given up
        }
    }

    private String whyNot(Offer offer) throws IOException {
        try (MessageStream conversation = node.offer(offer)) {
            JobMessage message = conversation.receive(JobMessage.class);
            if (message instanceof OfferAnswer answer) {
                upload(conversation, answer);
                message = conversation.receive(JobMessage.class);
            }
            return ((Failure) message).reason();
        }
    }

    @Test
    void refusesAnOfferWithTooManyInputs() throws IOException {
        WireInput[] inputs = new WireInput[OfferLimits.MAX_INPUTS];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = Workbench.directory("/m/" + i);
        }
        try (MessageStream conversation = node.offer(offer("true", inputs))) { // and /w
            assertThat(conversation.receive(Failure.class).reason()).contains("200001 inputs");
        }
    }

    @Test
    void aCommandThatFailsWhereTheDiskIsFullIsAFailureOfTheExecutor() throws IOException {
        node.setDiskTrouble("the disk of its data directory is full");
        try (MessageStream conversation = node.submit(offer("exit 7"), Map.of())) {
            assertThat(conversation.receive(Failure.class).reason())
                    .isEqualTo("the command failed, and the disk of its data directory is full");
        }
        try (MessageStream conversation = node.submit(offer("exit 0"), Map.of())) {
            assertThat(conversation.receive(JobResult.class).exit()).isZero();
        }
    }

    @Test
    void goesOnAfterPeersThatSpeakNonsense() throws IOException {
        for (byte[] nonsense : new byte[][]{{}, {0}, {0, 0, 0, 3, 1, 2, 3}, {-1, -1, -1, -1}, {0, 0, 0, 0}}) {
            try (MessageStream conversation = node.open()) {
                conversation.exchange().output().write(nonsense);
                conversation.finish();
                assertThatThrownBy(() -> conversation.receive(JobMessage.class))
                        .isInstanceOf(StreamBrokenException.class);
            }
        }
        try (MessageStream conversation = node.submit(offer("exit 7"), Map.of())) {
            assertThat(conversation.receive(JobResult.class).exit()).isEqualTo(7);
        }
    }

    @Test
    void refusesWithoutASandboxAndWhenLeavingAndWhenFull() throws IOException {
        try (ExecutingNode without = new ExecutingNode(bench, directory.resolve("without"), 1,
                new Sandbox.Availability.Unavailable("none"));
                MessageStream conversation = without.offer(offer("true"))) {
            assertThat(conversation.receive(OfferAnswer.class).verdict()).isEqualTo(AdmissionVerdict.REFUSED);
        }
        try (SlotPool.Lease local = node.slots().enqueue(SlotPriority.LOCAL).join();
                MessageStream first = node.offer(offer("true"));
                MessageStream second = waiting(first)) {
            assertThat(local).isNotNull();
            assertThat(second.receive(OfferAnswer.class).verdict()).isEqualTo(AdmissionVerdict.REFUSED);
        }
        awaitIdle();
        node.startDraining();
        try (MessageStream conversation = node.offer(offer("true"))) {
            OfferAnswer answer = conversation.receive(OfferAnswer.class);
            assertThat(answer.verdict()).isEqualTo(AdmissionVerdict.REFUSED);
            assertThat(answer.reason()).isEqualTo("draining");
            assertThat(answer.state().draining()).isTrue();
        }
    }

    /** An offer made once the first is in line. */
    private MessageStream waiting(MessageStream first) throws IOException {
        assertThat(first.receive(OfferAnswer.class).verdict()).isEqualTo(AdmissionVerdict.QUEUED);
        await().atMost(Duration.ofMinutes(5)).until(() -> node.slots().use().waiting() == 1);
        return node.offer(offer("true"));
    }

    @Test
    void announcesTheStartOfAQueuedJobToASubmitterThatAsksForIt() throws IOException {
        try (SlotPool.Lease slot = node.slots().enqueue(SlotPriority.LOCAL).join();
                MessageStream queued = node.submit(offer("true").announced(), Map.of())) {
            await().atMost(Duration.ofMinutes(5)).until(() -> node.slots().use().waiting() == 1);
            slot.close();
            assertThat(queued.receive(ExecutionStarted.class).queueMillis()).isNotNegative();
            assertThat(queued.receive(JobResult.class).exit()).isZero();
        }
        try (MessageStream free = node.submit(offer("true").announced(), Map.of())) {
            assertThat(free.receive(JobResult.class).exit()).as("it was not queued").isZero();
        }
    }

    @Test
    void refusesNewJobsWhilePausedAndEndsThoseThatItHas() throws IOException {
        try (SlotPool.Lease slot = node.slots().enqueue(SlotPriority.LOCAL).join();
                MessageStream queued = node.submit(offer("true"), Map.of())) {
            await().atMost(Duration.ofMinutes(5)).until(() -> node.slots().use().waiting() == 1);
            node.pause(true);
            try (MessageStream second = node.offer(offer("true"))) {
                OfferAnswer answer = second.receive(OfferAnswer.class);
                assertThat(answer.verdict()).isEqualTo(AdmissionVerdict.REFUSED);
                assertThat(answer.reason()).isEqualTo("it does not execute: paused by its user");
            }
            slot.close();
            assertThat(queued.receive(JobResult.class).exit()).isZero();
        }
        node.pause(false);
        try (MessageStream third = node.submit(offer("true"), Map.of())) {
            assertThat(third.receive(JobResult.class).exit()).isZero();
        }
        assertThat(node.executor().tally().refusals()).containsEntry(Refusal.PAUSED, 1L).containsEntry(Refusal.FULL,
                0L);
        assertThat(node.executor().tally().counts().refused()).isEqualTo(1);
    }

    @Test
    void aNodeThatLeavesReturnsWhatWaitsAndEndsWhatRuns() throws IOException {
        try (MessageStream running = node.submit(
                offer("while [ -e in/x.h ]; do :; done; exit 0", file("/w/in/x.h", "x")),
                Map.of("/w/in/x.h", "x"))) {
            awaitRunning();
            try (MessageStream queued = node.submit(offer("true"), Map.of())) {
                await().until(() -> node.slots().use().waiting() == 1);
                node.startDraining();
                assertThat(node.executor().drain(Duration.ZERO)).as("jobs that have not ended").isPositive();
                JobMessage.JobReturned returned = queued.receive(JobMessage.JobReturned.class);
                assertThat(returned.reason()).isEqualTo("the node leaves the mesh");
                assertThat(returned.state().draining()).isTrue();
            }
            await().until(() -> node.slots().use().waiting() == 0);
            assertThat(node.slots().use().running()).as("goes on").isEqualTo(1);
            assertThat(node.executor().tally().refusals()).containsEntry(Refusal.DRAINING, 1L);
        }
        awaitIdle();
        assertThat(node.executor().drain(Duration.ofMinutes(1))).isZero();
    }

    @Test
    void aSubmitterOfVersion1IsToldOfAFailureInstead() {
        JobMessage.WireState state = new JobMessage.WireState(1, 1, 0, 1, 0, 0, 1, true);
        assertThat(JobExecution.returned(WireProtocol.V1, state))
                .isEqualTo(new JobMessage.Failure("the node leaves the mesh", state));
        assertThat(JobExecution.returned(WireProtocol.V2, state))
                .isEqualTo(new JobMessage.JobReturned("the node leaves the mesh", state));
    }

    @Test
    void recordsAnEventForAJobOfAPeer() throws IOException {
        Path file = directory.resolve("jobs.jfr");
        try (Recording recording = new Recording()) {
            recording.enable("dev.floe.ExecutedJob");
            recording.start();
            try (MessageStream conversation = node.submit(offer("true"), Map.of())) {
                assertThat(conversation.receive(JobResult.class).exit()).isZero();
            }
            await().atMost(Duration.ofMinutes(5)).until(() -> node.executor().tally().counts().done() == 1);
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertThat(events).hasSize(1);
        RecordedEvent event = events.getFirst();
        assertThat(event.getEventType().getName()).isEqualTo("dev.floe.ExecutedJob");
        assertThat(event.getString("id")).isEqualTo("bench/1");
        assertThat(event.getString("submitter")).isEqualTo("peer");
        assertThat(event.getString("kind")).isEqualTo("foreign");
        assertThat(event.getString("end")).isEqualTo("done");
        assertThat(event.getDuration("run")).isPositive();
        assertThat(event.getDuration()).isPositive();
    }

    @Test
    void killsAJobWhoseSubmitterIsGone() throws IOException {
        MessageStream conversation = node.submit(offer("sleep 600 & sleep 600"), Map.of());
        awaitRunning();
        conversation.close();
        awaitIdle();
        assertThat(node.executor().tally().counts()).isEqualTo(new ExecutorStats.ExecutorCounts(0, 0, 1, 0));
    }

    @Test
    void takesAJobOutOfTheLineWhoseSubmitterIsGone() throws IOException {
        try (SlotPool.Lease local = node.slots().enqueue(SlotPriority.LOCAL).join()) {
            MessageStream conversation = node.submit(offer("true"), Map.of());
            await().atMost(Duration.ofMinutes(5)).until(() -> node.slots().use().waiting() == 1);
            conversation.close();
            await().atMost(Duration.ofMinutes(5)).until(() -> node.slots().use().waiting() == 0);
            assertThat(local).isNotNull();
        }
        awaitIdle();
        assertThat(node.executor().tally().counts()).isEqualTo(new ExecutorStats.ExecutorCounts(0, 0, 1, 0));
    }

    @Test
    void doesNotWaitForAToolchainWhoseSubmitterIsGone() throws IOException {
        try (MessageStream conversation = node.offer(with(offer("true"), "00".repeat(32)))) {
            assertThat(conversation.receive(OfferAnswer.class)).satisfies(answer -> {
                assertThat(answer.verdict()).isEqualTo(AdmissionVerdict.QUEUED);
                assertThat(answer.reason()).isEqualTo("fetches the toolchain");
            });
            conversation.finish();
            assertThat(node.admission().use()).isEqualTo(new SlotPool.SlotUsage(1, 1, 0));
        }
        awaitIdle();
    }

    @Test
    void endsItsJobsWhenItClosesAndNeverAnswersFromAHalfRemovedTree() throws IOException {
        try (MessageStream running = node.submit(
                offer("while [ -e in/x.h ]; do :; done; exit 0", file("/w/in/x.h", "x")),
                Map.of("/w/in/x.h", "x"))) {
            awaitRunning();
            try (MessageStream queued = node.submit(offer("true"), Map.of())) {
                node.executor().close();
                assertThatThrownBy(() -> running.receive(JobMessage.class)).isInstanceOf(StreamBrokenException.class);
                assertThatThrownBy(() -> queued.receive(JobMessage.class)).isInstanceOf(StreamBrokenException.class);
            }
            assertThat(node.slots().use()).isEqualTo(new SlotPool.SlotUsage(1, 0, 0));
            assertThat(node.jobs()).isEmptyDirectory();
            try (MessageStream late = node.offer(offer("true"))) {
                assertThatThrownBy(() -> late.receive(JobMessage.class)).isInstanceOf(StreamBrokenException.class);
            }
        }
    }

    @Test
    void dropsAToolchainThatItFindsDamaged() throws IOException {
        Files.delete(directory.resolve("toolchain/bin/cat"));
        try (MessageStream conversation = node.submit(offer("true"), Map.of())) {
            assertThat(conversation.receive(Failure.class).reason()).contains("damaged");
        }
        assertThat(node.dropped()).containsExactly(bench.toolchain().toolchain().id());
    }

    @Test
    void removesWhatAnEarlierRunLeft() throws IOException {
        Path left = Files.createDirectories(directory.resolve("again/jobs/7/root/w"));
        Files.writeString(left.resolve("x"), "x");
        try (ExecutingNode again = new ExecutingNode(bench, directory.resolve("again"), 1)) {
            assertThat(again.jobs().resolve("trees")).isEmptyDirectory();
            assertThat(again.jobs().resolve("7")).doesNotExist();
        }
    }
}
