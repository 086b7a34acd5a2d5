package dev.floe.node.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import dev.floe.node.audit.AuditExecutorSelector.ExecutorChoice;
import dev.floe.node.mesh.state.MachineInfo;
import dev.floe.node.mesh.state.NodeCapabilities;
import dev.floe.node.mesh.state.NodeId;
import dev.floe.node.mesh.state.NodeInfo;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.state.Roster;
import dev.floe.node.mesh.state.StateVersion;
import dev.floe.node.rpc.EventLoops;
import dev.floe.node.rpc.PeerConnections;
import dev.floe.node.submitter.context.StreamOpener;

/** Where a result is made again. */
final class AuditExecutorSelectorTest {
    private static final StreamOpener OWN = () -> {
        throw new IOException("not opened");
    };
    private final EventLoops loops = EventLoops.started(1);

    @AfterEach
    void close() {
        loops.close();
    }

    private static Peer peer(int number, String architecture, boolean executes, int free, int queued, boolean draining,
            String... toolchains) {
        NodeInfo info = new NodeInfo(new StateVersion(1, 1), new NodeId(0, number), "n" + number, "127.0.0.1", 1,
                new MachineInfo(architecture, 8, 1, 1L << 34, List.of()),
                new NodeCapabilities(8, executes, "", List.of(toolchains), 0), "0.1.0", 1, 1_760_000_000_000L);
        return new Peer(info, new NodeState(new StateVersion(1, 1), free, 8 - free, queued, 0, 0, 1L << 33, draining),
                Duration.ZERO, false);
    }

    private static Peer able(int number, int free, String... toolchains) {
        return peer(number, "x86_64", true, free, 0, false, toolchains);
    }

    private ExecutorChoice choose(Optional<StreamOpener> own, Set<String> avoided, Peer... peers) throws IOException {
        return new AuditExecutorSelector(() -> new Roster(List.of(peers)),
                new PeerConnections(loops, Optional.empty()), () -> own, () -> "here", "x86_64").find("gcc", avoided);
    }

    private String chosen(Peer... peers) throws IOException {
        return ((ExecutorChoice.At) choose(Optional.of(OWN), Set.of(), peers)).place().name();
    }

    @Test
    void aNodeThatHasTheToolchainGoesFirstThenTheOneWithMostRoom() throws IOException {
        assertThat(chosen(able(1, 8), able(2, 1, "gcc"))).isEqualTo("n2");
        assertThat(chosen(able(1, 3), able(2, 8), able(3, 5))).isEqualTo("n2");
    }

    @Test
    void aNodeThatIsAvoidedIsNotAsked() throws IOException {
        Peer maker = able(1, 8);
        assertThat(choose(Optional.empty(), Set.of(maker.info().id().toString()), maker))
                .isEqualTo(new ExecutorChoice.NoExecutor());
    }

    @Test
    void aNodeThatCannotRunTheCommandIsNotAsked() throws IOException {
        assertThat(choose(Optional.empty(), Set.of(), peer(1, "aarch64", true, 8, 0, false),
                peer(2, "x86_64", false, 8, 0, false), peer(3, "x86_64", true, 8, 0, true)))
                .isEqualTo(new ExecutorChoice.NoExecutor());
    }

    @Test
    void aFullNodeIsWaitedFor() throws IOException {
        assertThat(choose(Optional.of(OWN), Set.of(), peer(1, "x86_64", true, 2, 2, false)))
                .isEqualTo(new ExecutorChoice.Later());
    }

    @Test
    void thisNodeIsTheLastResort() throws IOException {
        assertThat(choose(Optional.of(OWN), Set.of())).isInstanceOfSatisfying(ExecutorChoice.At.class, at -> {
            assertThat(at.place().name()).isEqualTo("here");
            assertThat(at.place().self()).isTrue();
        });
        assertThat(chosen(able(1, 1))).isEqualTo("n1");
    }
}
