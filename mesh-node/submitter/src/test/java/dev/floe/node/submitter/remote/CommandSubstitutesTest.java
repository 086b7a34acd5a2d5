package dev.floe.node.submitter.remote;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.inputs.InputSet;
import dev.floe.node.rpc.messages.JobMessage.Offer;
import dev.floe.node.rpc.messages.SubstituteCompiler;
import dev.floe.node.rpc.messages.SubstituteCompilerMessage.CompatibilityResult;
import dev.floe.node.submitter.context.OfferFactory;
import dev.floe.node.submitter.context.OneCommand;
import dev.floe.node.submitter.context.SubmittingNode;
import dev.floe.toolchain.ToolchainId;

/** Which compilers of another architecture may run a command, and what they are told. */
final class CommandSubstitutesTest {
    private static final InputSet NOTHING = new InputSet(List.of());

    @TempDir
    Path directory;
    private SubmittingNode node;
    private final AtomicInteger asked = new AtomicInteger();

    @BeforeEach
    void open() throws IOException {
        Files.writeString(directory.resolve("M.c"), "");
        Files.writeString(directory.resolve("M.cc"), "");
        node = new SubmittingNode(directory.resolve("node"));
    }

    @AfterEach
    void close() throws IOException {
        node.close();
    }

    private static CompatibilityResult verdict(String host, String toolchain, String cxx, String... proven) {
        return new CompatibilityResult("/usr/bin/gcc", toolchain, host, "/usr/bin/cc-" + host, cxx,
                List.of("-mabi=lp64"),
                "theirs", "ours", List.of(proven), List.of());
    }

    private CommandSubstitutes substitutes(List<CompatibilityResult> verdicts, String... words) throws IOException {
        return new CommandSubstitutes(() -> {
            asked.incrementAndGet();
            return verdicts;
        }, OneCommand.parse(directory, List.of(words)), SubmittingNode.TOOLCHAIN.hex(), node.memory(),
                new dev.floe.node.submitter.wrapper.host.DirectHostAccess((_, _, _, _) -> {
                    throw new IOException("no program is run");
                }, node.digests()));
    }

    @Test
    void aCompilerMustBeProvenInAllThatTheCommandAsks() throws IOException {
        List<CompatibilityResult> verdicts = List.of(verdict("aarch64", "t1", "", "CODE"));
        assertThat(substitutes(verdicts, "gcc", "-c", "M.c").toolchains(NOTHING)).isEqualTo(Map.of("aarch64", "t1"));
        assertThat(substitutes(verdicts, "gcc", "-g", "-c", "M.c").toolchains(NOTHING)).isEmpty();
    }

    @Test
    void aCompilerWithoutDriverForTheLanguageIsNone() throws IOException {
        assertThat(substitutes(List.of(verdict("aarch64", "t1", "", "CODE")), "g++", "-c", "M.cc").toolchains(NOTHING))
                .isEmpty();
        assertThat(substitutes(List.of(verdict("aarch64", "t1", "/usr/bin/c++", "CODE")), "g++", "-c", "M.cc")
                .toolchains(NOTHING)).containsOnlyKeys("aarch64");
    }

    @Test
    void ofOneArchitectureTheFirstIsTaken() throws IOException {
        assertThat(substitutes(List.of(verdict("aarch64", "t1", "", "CODE"), verdict("aarch64", "t2", "", "CODE")),
                "gcc", "-c", "M.c").toolchains(NOTHING)).isEqualTo(Map.of("aarch64", "t1"));
    }

    @Test
    void aCommandThatOnlyItsOwnCompilerUnderstandsHasNone() throws IOException {
        assertThat(substitutes(List.of(verdict("aarch64", "t1", "", "CODE")), "gcc", "-flto", "-c", "M.c")
                .toolchains(NOTHING)).isEmpty();
    }

    @Test
    void peersAreAskedOnce() throws IOException {
        CommandSubstitutes substitutes = substitutes(List.of(), "gcc", "-c", "M.c");
        assertThat(asked).hasValue(0);
        substitutes.toolchains(NOTHING);
        substitutes.toolchains(NOTHING);
        assertThat(asked).hasValue(1);
    }

    @Test
    void anOfferToAnotherArchitectureNamesTheCompilerThere() throws IOException {
        CommandSubstitutes substitutes = substitutes(List.of(verdict("aarch64", "t1", "", "CODE")), "clang", "-c",
                "M.c");
        Offer offer = OfferFactory.make("1", "here", OneCommand.parse(directory, List.of("clang", "-c", "M.c")),
                new ToolchainId("b".repeat(64)), NOTHING, java.time.Duration.ZERO, 0,
                new dev.floe.command.CacheScope.Exact(), true);
        assertThat(substitutes.adapt(offer, "riscv64")).isSameAs(offer);
        Offer adapted = substitutes.adapt(offer, "aarch64");
        assertThat(adapted.running()).isEqualTo("t1");
        SubstituteCompiler there = requireNonNull(adapted.standIn());
        assertThat(there.options()).containsExactly("-mabi=lp64");
        assertThat(there.program()).as("clang names headers by where it is").isEmpty();
        assertThat(there.search()).isEmpty();
    }
}
