package dev.floe.node.submitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.command.inputs.DiscoveryResult;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.submitter.completion.LocalSlotQueue;
import dev.floe.node.submitter.context.OneCommand;
import dev.floe.node.submitter.context.SubmittingNode;
import dev.floe.node.submitter.remote.InputDictionary;
import dev.floe.node.submitter.wrapper.HelloFrame;

/** An explanation says what the command itself would have met. */
final class CommandExplainerTest {
    private static final List<String> WORDS = List.of("gcc", "-c", "M.c");

    @TempDir
    Path directory;
    private SubmittingNode node;
    private FramesOfAWrapper wrapper;

    @BeforeEach
    void open() throws IOException {
        directory = directory.toRealPath();
        node = new SubmittingNode(directory.resolve("node"));
        wrapper = new FramesOfAWrapper(directory);
        OneCommand command = new OneCommand(directory, "gcc", "-c", "M.c");
        node.discovery = (_, _, _, _) -> new DiscoveryResult.InputsFound(command.inputs(), false, Optional::empty);
        node.cacheUses = Set.of(CacheMode.READ, CacheMode.WRITE);
        node.addAbsentPeer("peer");
    }

    @AfterEach
    void close() throws IOException {
        wrapper.close();
        node.close();
    }

    private static HelloFrame hello(String wantedNode, Path cwd, Map<String, String> environment) {
        return SubmittingNode.hello(HelloFrame.Mode.EXPLAIN, wantedNode, cwd, environment, WORDS);
    }

    private String explain(HelloFrame hello) throws IOException {
        new CompileRequest(node.context(wrapper.client(), hello), new LocalSlotQueue(node.slots()),
                new InputDictionary()).run();
        await().atMost(Duration.ofMinutes(5)).until(() -> !wrapper.ended().isEmpty());
        assertThat(wrapper.ended()).containsExactly("exit 0");
        return wrapper.printed();
    }

    @Test
    void namesTheNodeThatIsAskedFirst() throws IOException {
        assertThat(explain(hello("", directory, Map.of()))).contains("cache      miss: no node holds it")
                .contains("decision   remote: first offered to peer");
    }

    @Test
    void aBuildThatDoesNotReadTheCacheIsToldNoHit() throws IOException {
        assertThat(explain(hello("", directory, Map.of("FLOE_CACHE", "write")))).contains("cache      FLOE_CACHE=write")
                .contains("decision   remote");
    }

    @Test
    void aCommandForOneNodeIsNotServedFromTheCache() throws IOException {
        assertThat(explain(hello("peer", directory, Map.of())))
                .contains("cache      not used: FLOE_NODE names a node").contains("decision   remote");
    }

    @Test
    void aCommandWithBoundedMemoryIsLocal() throws IOException {
        HelloFrame free = hello("", directory, Map.of());
        HelloFrame bounded = new HelloFrame(free.mode(), "", free.session(), "", free.directory(), free.invocation(),
                true, false, free.program(), free.argv());
        assertThat(explain(bounded)).contains("decision   local: the memory of the command is bounded");
    }
}
