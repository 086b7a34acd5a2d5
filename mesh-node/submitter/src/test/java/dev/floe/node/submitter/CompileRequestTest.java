package dev.floe.node.submitter;

import static dev.floe.node.submitter.LyingExecutor.EFFORT;
import static dev.floe.node.submitter.LyingExecutor.NO_HASH;
import static dev.floe.node.submitter.LyingExecutor.STATE;
import static dev.floe.node.submitter.LyingExecutor.accepted;
import static dev.floe.node.submitter.LyingExecutor.object;
import static dev.floe.node.submitter.LyingExecutor.returning;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.command.observation.PathSet;
import dev.floe.node.joblog.JobRecord;
import dev.floe.node.joblog.JobRecord.Decision;
import dev.floe.node.rpc.messages.JobMessage.JobResult;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.JobMessage.WireInput;
import dev.floe.node.rpc.messages.WireObservation;
import dev.floe.node.submitter.compilers.ToolchainResolver.Resolution;
import dev.floe.node.submitter.completion.LocalSlotQueue;
import dev.floe.node.submitter.context.OneCommand;
import dev.floe.node.submitter.context.SubmittingNode;
import dev.floe.node.submitter.remote.InputDictionary;
import dev.floe.node.submitter.wrapper.HelloFrame;
import dev.floe.node.submitter.wrapper.HelloFrame.Mode;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;
import dev.floe.toolchain.ToolchainFamily;

/** The stages of a request before the first attempt, its repetition, and the one place that records how it ended. */
final class CompileRequestTest {
    /** The wrapper becomes the compiler and keeps its slot until that has ended. */
    private static final String EXEC_IN_A_SLOT = "exec 3";
    /** The same without a slot. */
    private static final String EXEC = "exec 2";
    /** What it runs may lead to wrappers again. */
    private static final String EXEC_REENTRANT = "exec 5";

    @TempDir
    Path directory;
    private SubmittingNode node;
    private FramesOfAWrapper wrapper;
    private OneCommand command;

    @BeforeEach
    void open() throws IOException {
        directory = directory.toRealPath();
        node = new SubmittingNode(directory.resolve("node"));
        wrapper = new FramesOfAWrapper(directory);
        command = new OneCommand(directory, "gcc", "-c", "M.c");
        node.discovery = (_, _, _, _) -> new DiscoveryResult.InputsFound(command.inputs(), false, Optional::empty);
    }

    @AfterEach
    void close() throws IOException {
        wrapper.close();
        node.close();
    }

    private void run(HelloFrame hello) throws IOException {
        new CompileRequest(node.context(wrapper.client(), hello), new LocalSlotQueue(node.slots()),
                new InputDictionary()).run();
        await().atMost(Duration.ofMinutes(5)).until(() -> !wrapper.ended().isEmpty());
    }

    private void run(Mode mode, String wantedNode, String... words) throws IOException {
        run(SubmittingNode.hello(mode, wantedNode, directory, Map.of(), List.of(words)));
    }

    private void run(Mode mode) throws IOException {
        run(mode, "", "gcc", "-c", "M.c");
    }

    private JobRecord record() {
        assertThat(node.log().all()).hasSize(1);
        return node.log().all().getFirst();
    }

    private void assertLocal(String reason, String ended) {
        assertThat(record().decision()).isEqualTo(Decision.LOCAL);
        assertThat(record().reason()).isEqualTo(reason);
        assertThat(record().node()).isEqualTo(SubmittingNode.NAME);
        assertThat(record().exit()).isEqualTo(-1);
        assertThat(wrapper.ended()).containsExactly(ended);
        assertThat(wrapper.files()).isEmpty();
    }

    @Test
    void aProgramThatIsNoCompilerLeavesNoRecord() throws IOException {
        run(Mode.AUTO, "", "ld", "M.o");
        assertThat(wrapper.ended()).containsExactly("exec 0");
        assertThat(node.log().all()).isEmpty();
    }

    @Test
    void aCommandWithoutDirectoryIsLocal() throws IOException {
        run(new HelloFrame(Mode.AUTO, "", "1 1", "", "", Optional.empty(), false, false, "gcc", List.of("gcc")));
        assertLocal("the working directory is gone", EXEC_IN_A_SLOT);
    }

    @Test
    void aProbeOfTheConfigurationIsLocalAndWaitsForNoSlot() throws IOException {
        Files.writeString(directory.resolve("conftest.c"), "int x;");
        run(Mode.AUTO, "", "gcc", "-c", "conftest.c");
        assertLocal("a probe of the build's configuration", EXEC);
    }

    @Test
    void aCommandThatIsNotUtf8IsLocal() throws IOException {
        run(new HelloFrame(Mode.AUTO, "", "1 1", "", "/w", Optional.empty(), false, false, "gcc", List.of("gcc")));
        assertLocal("an argument or path is not UTF-8", EXEC_IN_A_SLOT);
    }

    @Test
    void aQuestionToTheCompilerTakesNoSlot() throws IOException {
        run(Mode.AUTO, "", "gcc", "-dumpversion");
        assertThat(record().decision()).isEqualTo(Decision.LOCAL);
        assertThat(wrapper.ended()).containsExactly(EXEC);
        assertThat(node.slots().grantCount()).isZero();
    }

    @Test
    void aLinkTakesASlotAndGivesItBack() throws IOException {
        run(Mode.AUTO, "", "gcc", "M.o", "-o", "M");
        assertThat(record().decision()).isEqualTo(Decision.LOCAL);
        assertThat(wrapper.ended()).containsExactly(EXEC_IN_A_SLOT);
        assertThat(node.slots().grantCount()).isEqualTo(1);
        assertThat(node.slots().use().running()).isZero();
    }

    @Test
    void aCommandInAPipeTakesNoSlot() throws IOException {
        run(Mode.AUTO, "", "gcc", "-c", "-x", "c", "-");
        assertThat(record().reason()).startsWith("reads standard input");
        assertThat(wrapper.ended()).as("it may wait for one that waits for a slot").containsExactly(EXEC);
        assertThat(node.slots().grantCount()).isZero();
    }

    @Test
    void whatTheUserWantsLocalIsNotLookedAtFurther() throws IOException {
        node.addPeer("n1", returning(object(command.output())));
        node.toolchains = (_, _, _, _) -> {
            throw new IOException("not asked");
        };
        run(Mode.LOCAL);
        assertLocal("FLOE_MODE=local", EXEC_IN_A_SLOT);
    }

    @Test
    void aCommandWithBoundedMemoryIsLocal() throws IOException {
        HelloFrame hello = SubmittingNode.hello(Mode.AUTO, "", directory, Map.of(), List.of("gcc", "-c", "M.c"));
        run(new HelloFrame(hello.mode(), "", hello.session(), "", hello.directory(), hello.invocation(), true, false,
                "gcc", hello.argv()));
        assertLocal("the memory of the command is bounded (ulimit -v or -d)", EXEC_IN_A_SLOT);
    }

    @Test
    void aNodeThatTheMeshHasNotIsNamedInTheReason() throws IOException {
        node.addPeer("n1", returning(object(command.output())));
        run(Mode.AUTO, "n2", "gcc", "-c", "M.c");
        assertLocal("FLOE_NODE=n2: no such node in the mesh", EXEC_IN_A_SLOT);
    }

    @Test
    void withoutCacheAndPeersTheToolchainIsNotLookedUp() throws IOException {
        node.toolchains = (_, _, _, _) -> {
            throw new IOException("not asked");
        };
        run(Mode.AUTO);
        assertLocal("no remote executor is available", EXEC_IN_A_SLOT);
    }

    @Test
    void aCompilerWithoutToolchainMayLeadToWrappersAgain() throws IOException {
        node.addPeer("n1", returning(object(command.output())));
        node.toolchains = (_, _, _, _) -> new Resolution.Unusable("gcc is a script");
        run(Mode.AUTO);
        assertLocal("toolchain: gcc is a script", EXEC_REENTRANT);
    }

    /** As where update-alternatives makes cc a link to clang. */
    @Test
    void aCompilerIsReadByItsToolchainAndNotByItsName() throws IOException {
        node.addPeer("n1", returning(object(command.output())));
        node.toolchains = (_, _, _, _) -> new Resolution.Resolved(SubmittingNode.TOOLCHAIN, ToolchainFamily.CLANG,
                "x86_64", 1, Optional.empty());
        run(Mode.AUTO, "", "cc", "-c", "-fpch-codegen", "M.c"); // which gcc's table takes for a flag
        assertLocal("makes a precompiled header: -fpch-codegen", EXEC_IN_A_SLOT);
    }

    @Test
    void onlyWhoInsistsWaitsForAToolchainThatIsBeingPacked() throws IOException {
        List<Duration> patience = new ArrayList<>();
        node.addPeer("n1", returning(object(command.output())));
        node.toolchains = (_, _, _, wait) -> {
            patience.add(wait);
            return new Resolution.Preparing();
        };
        run(Mode.AUTO);
        assertLocal("the toolchain is being prepared", EXEC_IN_A_SLOT);
        for (String[] wish : new String[][]{{"REMOTE", ""}, {"AUTO", "n1"}}) {
            try (FramesOfAWrapper another = new FramesOfAWrapper(Files.createTempDirectory(directory, "w"))) {
                new CompileRequest(node.context(another.client(), SubmittingNode.hello(Mode.valueOf(wish[0]), wish[1],
                        directory, Map.of(), List.of("gcc", "-c", "M.c"))), new LocalSlotQueue(node.slots()),
                        new InputDictionary()).run();
            }
        }
        assertThat(patience).containsExactly(Duration.ZERO, Duration.ofMinutes(2), Duration.ofMinutes(2));
    }

    @Test
    void aCommandThatAPeerCompilesIsRecordedAsRemote() throws IOException {
        node.addPeer("n1", returning(object(command.output())));
        run(Mode.AUTO);
        assertThat(wrapper.ended()).containsExactly("exit 0");
        assertThat(wrapper.files()).containsOnlyKeys(command.output());
        assertThat(record().decision()).isEqualTo(Decision.REMOTE);
        assertThat(record().reason()).isEqualTo("compiled remotely");
        assertThat(record().node()).isEqualTo("n1");
        assertThat(record().exit()).isZero();
    }

    @Test
    void aFailureOnAPeerIsConfirmedLocally() throws IOException {
        node.addPeer("n1", accepted((conversation, _) -> LyingExecutor.end(conversation, 1)));
        run(Mode.AUTO);
        assertLocal("n1 exited with 1; repeated locally to confirm", EXEC_IN_A_SLOT);
        assertThat(record().attempts()).containsExactly(new JobRecord.Attempt("n1", "exit 1"));
    }

    /** Ends well, but has missed a path, as long as that is not among the inputs. */
    private LyingExecutor.Script missing(Path path, List<Offer> offers) {
        return (conversation, offer) -> {
            offers.add(offer);
            LyingExecutor.accept(conversation);
            byte[] missed = PathSet.encode(offer.inputs().stream().map(WireInput::path)
                    .anyMatch(path.toString()::equals) ? List.of() : List.of(path.toString()));
            conversation.send(new JobResult(0, 0, 0, List.of(object(command.output())), EFFORT, STATE, NO_HASH, NO_HASH,
                    new WireObservation("", missed, List.of(), List.of(), List.of())));
            byte[] bytes = LyingExecutor.OBJECT.getBytes(StandardCharsets.UTF_8);
            conversation.sendBlob(new ByteArrayInputStream(bytes), bytes.length);
            conversation.finish();
        };
    }

    @Test
    void whatACompileHasMissedIsAnInputOfTheNext() throws IOException {
        Path header = Files.writeString(directory.resolve("opt.h"), "");
        List<Offer> offers = new ArrayList<>();
        node.addPeer("n1", missing(header, offers));
        run(Mode.AUTO);
        assertThat(offers).hasSize(2);
        assertThat(record().decision()).isEqualTo(Decision.REMOTE);
        assertThat(record().attempts()).containsExactly(new JobRecord.Attempt("n1", "missed " + header),
                new JobRecord.Attempt("n1", "done"));
        assertThat(wrapper.files()).containsOnlyKeys(command.output());
    }

    @Test
    void whatCannotBeSentKeepsTheCommandLocalAlsoTheNextTime() throws IOException {
        Path program = Files.writeString(directory.resolve("tool"), "");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        List<Offer> offers = new ArrayList<>();
        node.addPeer("n1", missing(program, offers));
        run(Mode.AUTO);
        String reason = "not proven: " + program + " was not on the peer, and is a program";
        assertLocal(reason, EXEC_IN_A_SLOT);
        try (FramesOfAWrapper another = new FramesOfAWrapper(Files.createTempDirectory(directory, "w"))) {
            new CompileRequest(node.context(another.client(), SubmittingNode.hello(Mode.AUTO, "", directory, Map.of(),
                    List.of("gcc", "-c", "M.c"))), new LocalSlotQueue(node.slots()), new InputDictionary()).run();
        }
        assertThat(node.log().all()).extracting(JobRecord::reason).containsExactly(reason, reason);
        assertThat(offers).as("the peer is not asked again").hasSize(1);
    }

    @Test
    void aCompileIsRepeatedThreeTimesAtMost() throws IOException {
        List<Offer> offers = new ArrayList<>();
        node.addPeer("n1", (conversation, offer) -> missing(
                Files.writeString(directory.resolve("h" + offers.size() + ".h"), ""), offers)
                .answer(conversation, offer));
        run(Mode.AUTO);
        assertThat(offers).hasSize(4);
        assertLocal("not proven: " + directory.resolve("h3.h") + " was not on the peer", EXEC_IN_A_SLOT);
    }

    @Test
    void aFailureOfTheNodeItselfLeavesTheCommandToTheWrapper() throws IOException {
        node.addPeer("n1", returning(object(command.output())));
        node.toolchains = (_, _, _, _) -> {
            throw new IOException("no space left");
        };
        run(Mode.AUTO);
        assertLocal("failed in the node: no space left", EXEC_IN_A_SLOT);
    }

    @Test
    void whatItsUserHasGivenUpIsRecordedAndNotCompiled() throws IOException {
        node.addPeer("n1", returning(object(command.output())));
        node.toolchains = (_, _, _, _) -> {
            wrapper.close();
            throw new WrapperDisconnectedException();
        };
        CompileRequest request = new CompileRequest(
                node.context(wrapper.client(),
                        SubmittingNode.hello(Mode.AUTO, "", directory, Map.of(), List.of("gcc", "-c", "M.c"))),
                new LocalSlotQueue(node.slots()), new InputDictionary());
        assertThatExceptionOfType(WrapperDisconnectedException.class).isThrownBy(request::run);
        assertThat(record().reason()).isEqualTo("given up by its user");
        assertThat(node.slots().grantCount()).isZero();
        assertThat(node.log().running().count()).isZero();
    }
}
