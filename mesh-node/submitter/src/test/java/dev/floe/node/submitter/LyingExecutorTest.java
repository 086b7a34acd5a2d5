package dev.floe.node.submitter;

import static dev.floe.node.submitter.LyingExecutor.NO_HASH;
import static dev.floe.node.submitter.LyingExecutor.OBJECT;
import static dev.floe.node.submitter.LyingExecutor.accept;
import static dev.floe.node.submitter.LyingExecutor.accepted;
import static dev.floe.node.submitter.LyingExecutor.answer;
import static dev.floe.node.submitter.LyingExecutor.beSilent;
import static dev.floe.node.submitter.LyingExecutor.end;
import static dev.floe.node.submitter.LyingExecutor.object;
import static dev.floe.node.submitter.LyingExecutor.outcome;
import static dev.floe.node.submitter.LyingExecutor.returning;
import static dev.floe.node.submitter.LyingExecutor.send;
import static dev.floe.node.submitter.LyingExecutor.sendRaw;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import dev.floe.node.joblog.JobStep;
import dev.floe.node.rpc.messages.ExecutionTimings;
import dev.floe.node.rpc.messages.JobMessage;
import dev.floe.node.rpc.messages.JobMessage.ExecutionStarted;
import dev.floe.node.rpc.messages.JobMessage.Failure;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.ResendInputs;
import dev.floe.node.rpc.messages.JobMessage.WireOutput;
import dev.floe.node.rpc.messages.JobMessage.WireState;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.submitter.LyingExecutor.Script;
import dev.floe.node.submitter.context.OneCommand;
import dev.floe.node.submitter.context.TimeoutScheduler;
import dev.floe.node.submitter.remote.RemoteJobClient;
import dev.floe.node.submitter.remote.RemoteJobClient.RemoteJobResult;
import dev.floe.node.submitter.schedule.PlacementAdapter;
import dev.floe.store.Digest;

/**
 * Answers of an executor that means harm: each is as good as a lost job, nothing is written, and the next executor does
 * the job.
 */
final class LyingExecutorTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final byte[] OTHER_HASH = new byte[32];
    private static final String UNEXPECTED = "sent a message that was not expected";
    private static final String NOT_MADE = "which this command would not make";

    @TempDir
    Path directory;
    private final TimeoutScheduler deadlines = new TimeoutScheduler();
    private OneCommand command;
    private FramesOfAWrapper wrapper;

    @BeforeEach
    void open() throws IOException {
        command = new OneCommand(directory, "gcc", "-c", "M.c");
        wrapper = new FramesOfAWrapper(directory);
    }

    @AfterEach
    void close() throws IOException {
        wrapper.close();
        deadlines.close();
    }

    /** A lie about files: their names follow from the object's path. */
    private static Arguments file(String what, String path, String reason) {
        return Arguments.of(what, (Lie) object -> returning(object(object), object(path.replace("OBJECT", object)
                .replace("DIR", object.substring(0, object.lastIndexOf('/'))))), reason);
    }

    private static Arguments mode(int mode) {
        return Arguments.of("mode " + Integer.toOctalString(mode),
                (Lie) object -> returning(new WireOutput(object, mode, OBJECT.length(), NO_HASH)), "with mode");
    }

    private static Arguments size(String what, long... sizes) {
        return Arguments.of(what, (Lie) object -> accepted((conversation, _) -> {
            List<WireOutput> files = new ArrayList<>();
            for (long size : sizes) {
                files.add(new WireOutput(object, 0644, size, NO_HASH));
            }
            send(conversation, outcome(0, 0, 0, files));
            beSilent(conversation);
        }), "bytes");
    }

    private static Arguments hash(String what, byte[] hash, String reason) {
        return Arguments.of(what,
                (Lie) object -> returning(new WireOutput(object, 0644, OBJECT.length(), hash)), reason);
    }

    private static Arguments lie(String what, Script script, String reason) {
        return Arguments.of(what, (Lie) _ -> script, reason);
    }

    /** Announces the object as it should be, and then sends these bytes. */
    private static Arguments bytes(String what, byte... bytes) {
        return Arguments.of(what, (Lie) object -> accepted((conversation, _) -> {
            send(conversation, outcome(0, 0, 0, List.of(object(object))));
            sendRaw(conversation, bytes);
            conversation.finish();
        }), "");
    }

    private static Arguments printed(String what, long output, long error) {
        return lie(what, accepted((conversation, _) -> {
            send(conversation, outcome(1, output, error, List.of()));
            beSilent(conversation);
        }), "");
    }

    /** A script that may need to know where the object goes. */
    private interface Lie {
        Script about(String object);
    }

    static Stream<Arguments> lies() {
        return Stream.of(names(), modesSizesAndHashes(), messages()).flatMap(cases -> cases);
    }

    private static Stream<Arguments> names() {
        return Stream.of(file("an absolute path", "/var/tmp/evil.txt", NOT_MADE),
                file("a path through ..", "DIR/../evil.o", NOT_MADE), file("a relative path", "evil.o", NOT_MADE),
                file("a makefile", "DIR/Makefile", NOT_MADE), file("the source", "DIR/M.c", NOT_MADE),
                file("a directory below", "DIR/sub/M.o", NOT_MADE), file("a hidden file", "DIR/.bashrc", NOT_MADE),
                file("the stem with another suffix", "DIR/M.sh", NOT_MADE), file("a NUL", "DIR/M\0y.o", "M?y.o"),
                file("a newline", "OBJECT\n", "M.o?,"), file("another object", "DIR/lnk.o", NOT_MADE),
                // not of the audit
                file("the object twice", "OBJECT", "M.o twice"), file("an empty name", "DIR/", NOT_MADE),
                file("nothing", "", NOT_MADE), file("the root", "/", NOT_MADE), file("a space", "OBJECT ", NOT_MADE),
                file("another case", "DIR/m.o", NOT_MADE), file("a dot before the name", "DIR/./M.o", NOT_MADE),
                file("a doubled slash", "DIR//M.o", NOT_MADE), file("the stem alone", "DIR/M", NOT_MADE),
                file("the object in another directory", "/tmp/M.o", NOT_MADE),
                file("dependencies that nobody asked for", "DIR/M.d", NOT_MADE),
                file("split debug information that nobody asked for", "DIR/M.dwo", NOT_MADE),
                file("coverage notes that nobody asked for", "DIR/M.gcno", NOT_MADE),
                file("a dump that nobody asked for", "DIR/M.c.005t.original", NOT_MADE),
                file("preprocessed source that nobody asked for", "DIR/M.i", NOT_MADE),
                file("the wrapper's temporary file", "DIR/.floe-aaaaaa", NOT_MADE),
                file("a name of 100,000 letters", "DIR/" + "n".repeat(100_000), "..."));
    }

    private static Stream<Arguments> modesSizesAndHashes() {
        return Stream.of(mode(06777), mode(-1), mode(0777), size("a negative size", -5),
                size("3 GiB of zeros", 3L << 30), hash("a wrong hash", OTHER_HASH, "other bytes of"),
                hash("a short hash", new byte[3], "no digest"),
                // not of the audit
                mode(0755), mode(0), mode(0666), mode(0444), size("the largest size", Long.MAX_VALUE),
                size("a byte too many", (2L << 30) + 1), hash("a long hash", new byte[33], "no digest"),
                Arguments.of("the hash of nothing",
                        (Lie) object -> returning(new WireOutput(object, 0644, OBJECT.length(),
                                Digest.ofBytes(new byte[0]).hash())),
                        "other bytes of"));
    }

    private static Stream<Arguments> messages() {
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        return Stream.of(bytes("a bad block", new byte[]{0, 16, 0, 0, 0, 0, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8}),
                lie("noise", accepted((conversation, _) -> sendRaw(conversation, noise)), ""),
                lie("a terabyte of standard output", accepted((conversation, _) -> {
                    send(conversation, outcome(0, 1L << 40, 0, List.of()));
                    beSilent(conversation);
                }), ""), lie("less than nothing on standard output", accepted((conversation, _) -> {
                    send(conversation, outcome(0, -1, 0, List.of()));
                    beSilent(conversation);
                }), ""), lie("exit 300", accepted((conversation, _) -> end(conversation, 300)), "exit 300"),
                lie("no object", returning(), "no /"),
                Arguments.of("300,000 files",
                        (Lie) object -> accepted((conversation, _) -> {
                            send(conversation, outcome(0, 0, 0, Collections.nCopies(300_000, object(object))));
                            beSilent(conversation);
                        }), "300000 files"),
                lie("asks for what the offer does not have", (conversation, _) -> accept(conversation, 99_999_999),
                        "input 99999999"),
                lie("asks for input -1", (conversation, _) -> accept(conversation, -1), "input -1"),
                lie("asks a million times", (conversation, offer) -> answer(conversation,
                        Collections.nCopies(1_000_000, offer.inputs().size() - 1), 0), "twice"),
                lie("no message", (conversation, _) -> sendRaw(conversation, (byte) 0, (byte) 0, (byte) 0, (byte) 0),
                        UNEXPECTED),
                // not of the audit
                lie("asks for a directory", (conversation, _) -> accept(conversation, 0), "no file"),
                lie("exit -1", accepted((conversation, _) -> end(conversation, -1)), "exit -1"),
                lie("exit 256", accepted((conversation, _) -> end(conversation, 256)), "exit 256"),
                lie("starts a job that is not queued", accepted((conversation, _) -> {
                    send(conversation, new ExecutionStarted(1));
                    end(conversation, 0);
                }), UNEXPECTED), lie("starts a job twice", (conversation, _) -> {
                    send(conversation, queued());
                    send(conversation, new ExecutionStarted(1));
                    send(conversation, new ExecutionStarted(1));
                    end(conversation, 0);
                }, UNEXPECTED), lie("accepts twice", accepted((conversation, _) -> accept(conversation)), UNEXPECTED),
                lie("an offer of its own", accepted(LyingExecutorTest::echo), UNEXPECTED),
                lie("does not know the inputs for ever", (conversation, _) -> {
                    for (int i = 0; i < 3; i++) {
                        send(conversation, new ResendInputs(0));
                    }
                }, UNEXPECTED),
                lie("a message of 2 GiB", (conversation, _) -> sendRaw(conversation, (byte) 127, (byte) -1, (byte) -1,
                        (byte) -1), "refused"),
                lie("a compressed message that is as long as without", (conversation, _) -> sendRaw(conversation,
                        (byte) -1, (byte) -1, (byte) -1, (byte) -1, (byte) 0, (byte) 0, (byte) 0, (byte) 1), "refused"),
                lie("a compressed message of 2 GiB", (conversation, _) -> sendRaw(conversation, (byte) -128, (byte) 0,
                        (byte) 0, (byte) 0, (byte) 127, (byte) -1, (byte) -1, (byte) -1), "refused"),
                lie("2 GiB in a few bytes", (conversation, _) -> sendRaw(conversation, (byte) -1, (byte) -1, (byte) -1,
                        (byte) -2, (byte) 127, (byte) -1, (byte) -1, (byte) -1), "refused"),
                lie("a compressed message that is none", (conversation, _) -> sendRaw(conversation, (byte) -1,
                        (byte) -1, (byte) -1, (byte) -2, (byte) 0, (byte) 0, (byte) 0, (byte) 9, (byte) 1, (byte) 2),
                        "damaged"),
                lie("goes away", (conversation, _) -> accept(conversation), ""),
                bytes("fewer bytes than announced", (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0, (byte) 0,
                        (byte) 0, (byte) 1, (byte) 1),
                bytes("a block that is longer than the file", new byte[]{0, 0, 0, 99, 0, 0, 0, 99}),
                bytes("an empty block", new byte[8]),
                lie("a failure with a long and ugly reason", (conversation, _) -> {
                    send(conversation, new Failure("\033[2J\n" + "x".repeat(1_000_000), LyingExecutor.STATE));
                    conversation.finish();
                }, "?[2J?x"));
    }

    private static JobMessage queued() {
        return new JobMessage.OfferAnswer(JobMessage.AdmissionVerdict.QUEUED, List.of(), 5, "", LyingExecutor.STATE);
    }

    @Test
    void aQueuedJobIsInTheStepQueueUntilItStarts() throws IOException {
        List<JobStep> steps = new ArrayList<>();
        try (RemoteJobClient remote = remote(deadlines)) {
            RemoteJobResult result = attempt(remote, (conversation, offer) -> {
                assertThat(offer.announce()).isTrue();
                send(conversation, queued());
                await().atMost(Duration.ofMinutes(5)).until(() -> command.account().running().step() == JobStep.QUEUE);
                steps.add(JobStep.QUEUE);
                send(conversation, new ExecutionStarted(7));
                await().atMost(Duration.ofMinutes(5)).until(() -> command.account().running().step() == JobStep.RUN);
                steps.add(JobStep.RUN);
                end(conversation, 1);
            });
            assertThat(result).isInstanceOf(RemoteJobResult.Ended.class);
        }
        assertThat(steps).containsExactly(JobStep.QUEUE, JobStep.RUN);
    }

    private static void echo(MessageStream conversation, Offer offer) throws IOException {
        send(conversation, offer);
        beSilent(conversation);
    }

    private RemoteJobClient remote(TimeoutScheduler used) throws IOException {
        return command.remote(used, wrapper.client());
    }

    private RemoteJobResult attempt(RemoteJobClient remote, Script script) throws IOException {
        return remote.attempt(new LyingExecutor(script), command.offer(), Optional.empty(), TIMEOUT, _ -> {});
    }

    /** The next executor does the job. */
    private void isDoneElsewhere(RemoteJobClient remote) throws IOException {
        byte[] hash = Digest.ofBytes(OBJECT.getBytes(StandardCharsets.UTF_8)).hash();
        RemoteJobResult done = attempt(remote,
                returning(new WireOutput(command.output(), 0644, OBJECT.length(), hash)));
        assertThat(done).isInstanceOfSatisfying(RemoteJobResult.Ended.class,
                ended -> assertThat(ended.exit()).isZero());
        assertThat(wrapper.files()).isEqualTo(Map.of(command.output(), new FramesOfAWrapper.Written(0644, OBJECT)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    void isAsGoodAsALostJob(String what, Lie lie, String reason) throws IOException {
        try (RemoteJobClient remote = remote(deadlines)) {
            assertThat(attempt(remote, lie.about(command.output()))).isInstanceOfSatisfying(RemoteJobResult.Lost.class,
                    lost -> {
                        assertThat(lost.tooSlow()).isFalse();
                        assertThat(lost.reason()).contains(reason).doesNotContainPattern("\\p{Cntrl}")
                                .hasSizeLessThan(1000);
                    });
            assertThat(wrapper.files()).isEmpty();
            isDoneElsewhere(remote);
        }
    }

    @Test
    void moreThanADiskIsRefusedThoughEachFileIsSmallEnough() throws IOException {
        command = new OneCommand(directory, "gcc", "-MD", "-fstack-usage", "-c", "M.c");
        List<WireOutput> files = Stream.of("M.o", "M.d", "M.su")
                .map(name -> new WireOutput(directory.resolve(name).toString(), 0644, 3L << 29, NO_HASH)).toList();
        try (RemoteJobClient remote = remote(deadlines)) {
            assertThat(attempt(remote, accepted((conversation, _) -> {
                send(conversation, outcome(0, 0, 0, files));
                beSilent(conversation);
            }))).isInstanceOfSatisfying(RemoteJobResult.Lost.class,
                    lost -> assertThat(lost.reason()).contains("M.su of "));
            assertThat(wrapper.files()).isEmpty();
            isDoneElsewhere(remote);
        }
    }

    @Test
    void aStateThatCannotBeIsRefused() throws IOException {
        WireState wild = new WireState(Long.MIN_VALUE, Long.MIN_VALUE, Integer.MIN_VALUE, -1, Integer.MAX_VALUE,
                Long.MAX_VALUE, Long.MIN_VALUE, false);
        try (RemoteJobClient remote = remote(deadlines)) {
            RemoteJobResult result = remote.attempt(
                    new LyingExecutor((conversation, _) -> send(conversation,
                            new JobMessage.OfferAnswer(
                                    JobMessage.AdmissionVerdict.ACCEPTED, List.of(), 0, "",
                                    wild))),
                    command.offer(), Optional.empty(), TIMEOUT, state -> PlacementAdapter.state("n", state));
            assertThat(result).isInstanceOf(RemoteJobResult.Lost.class);
            isDoneElsewhere(remote);
        }
    }

    @Test
    void theTimeOfARunIsNotLongerThanTheWait() throws IOException {
        try (RemoteJobClient remote = remote(deadlines)) {
            RemoteJobResult result = attempt(remote, accepted((conversation, _) -> {
                conversation.send(new JobMessage.JobResult(1, 0, 0, List.of(),
                        new ExecutionTimings(-1, -1, -1, Long.MAX_VALUE, -1,
                                Long.MAX_VALUE,
                                Long.MIN_VALUE, -1, -1, -1, -1, -1),
                        LyingExecutor.STATE, NO_HASH, NO_HASH));
                conversation.finish();
            }));
            assertThat(result).isInstanceOfSatisfying(RemoteJobResult.Ended.class,
                    ended -> assertThat(ended.run()).isLessThan(Duration.ofHours(1)));
        }
    }

    /** Silence, and what is as good as that. */
    static Stream<Arguments> silences() {
        return Stream.of(Arguments.of("no answer", (Script) (conversation, _) -> beSilent(conversation), List.of(8)),
                Arguments.of("accepted", accepted((conversation, _) -> beSilent(conversation)), List.of(8, 60)),
                Arguments.of("expects a queue of ages", (Script) (conversation, _) -> {
                    answer(conversation, List.of(), Long.MAX_VALUE);
                    beSilent(conversation);
                }, List.of(8, 120)),
                Arguments.of("expects a queue of less than nothing", (Script) (conversation, _) -> {
                    answer(conversation, List.of(), Long.MIN_VALUE);
                    beSilent(conversation);
                }, List.of(8, 60)), Arguments.of("half a message", (Script) (conversation, _) -> {
                    sendRaw(conversation, (byte) 0, (byte) 0);
                    beSilent(conversation);
                }, List.of(8)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("silences")
    void silenceIsGivenUpInTheDocumentedTime(String what, Script script, List<Integer> seconds) throws IOException {
        HastyTimer timer = new HastyTimer(Duration.ofSeconds(seconds.getLast()));
        try (TimeoutScheduler hasty = new TimeoutScheduler(timer); RemoteJobClient remote = remote(hasty)) {
            assertThat(attempt(remote, script)).isInstanceOf(RemoteJobResult.Lost.class);
            assertThat(timer.delays()).extracting(Duration::toSeconds)
                    .containsExactlyElementsOf(seconds.stream().map(Integer::longValue).toList());
            assertThat(wrapper.files()).isEmpty();
        }
        try (RemoteJobClient remote = remote(deadlines)) {
            isDoneElsewhere(remote);
        }
    }

    @Test
    void bytesThatDripAreGivenUpInTheSameTime() throws IOException {
        String object = command.output();
        try (TimeoutScheduler hasty = new TimeoutScheduler(new HastyTimer(TIMEOUT));
                RemoteJobClient remote = remote(hasty)) {
            RemoteJobResult result = attempt(remote, accepted((conversation, _) -> {
                send(conversation, outcome(0, 0, 0, List.of(new WireOutput(object, 0644, 1 << 30, NO_HASH))));
                while (true) {
                    sendRaw(conversation, (byte) 0, (byte) 0, (byte) 0, (byte) 1, (byte) 0, (byte) 0, (byte) 0,
                            (byte) 1,
                            (byte) 'x');
                    Thread.onSpinWait();
                }
            }));
            assertThat(result).isEqualTo(new RemoteJobResult.Lost("nothing came in time", true));
            assertThat(wrapper.files()).isEmpty();
        }
        try (RemoteJobClient remote = remote(deadlines)) {
            isDoneElsewhere(remote);
        }
    }
}
