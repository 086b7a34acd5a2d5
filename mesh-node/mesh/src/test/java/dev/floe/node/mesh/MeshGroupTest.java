package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import org.infinispan.commons.CacheException;
import org.infinispan.commons.TimeoutException;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.MergeView;
import org.jgroups.protocols.pbcast.GMS;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.mesh.security.HostPort;
import dev.floe.node.mesh.security.MeshKey;
import dev.floe.node.mesh.security.NodeIdentity;
import dev.floe.node.mesh.state.NodeState;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.mesh.transport.GroupTimeouts;
import dev.floe.node.mesh.transport.RejectedConnection;

final class MeshGroupTest {
    @TempDir
    Path dir;

    @Test
    void threeNodesSeeWhatEachIsAndDoes() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b", "c")) {
            mesh.awaitAllSee("a", "b", "c");
            Peer b = mesh.peer("b", "a");
            assertThat(b.info().machine().cores()).isEqualTo(8);
            assertThat(b.info().offering().toolchains()).containsExactly("ab12");
            assertThat(b.state().map(NodeState::freeSlots)).contains(4);
            assertThat(b.self()).isFalse();
            assertThat(b.age()).isLessThan(Duration.ofSeconds(20));
            assertThat(mesh.peer("a", "a").self()).isTrue();
            assertThat(mesh.get("a").status().members()).isEqualTo(3);
            assertThat(mesh.get("b").status().isolated()).isFalse();
            assertThat(mesh.get("a").status().refused()).isZero();
        }
    }

    @Test
    void aChangeOfStateReachesTheOthers() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b")) {
            mesh.awaitAllSee("a", "b");
            mesh.get("a").publish(MeshOfNodes.doing(0));
            await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(5)).until(
                    () -> mesh.peer("a", "b").state().map(NodeState::freeSlots).orElse(-1) == 0);
        }
    }

    @Test
    void aKilledNodeDisappears() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b", "c")) {
            mesh.awaitAllSee("a", "b", "c");
            mesh.kill("b");
            mesh.awaitAllSee("a", "c");
        }
    }

    /** Heartbeats would take hours. */
    @Test
    void aKilledNodeIsNoticedByTheEndOfItsConnections() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir)) {
            for (String name : List.of("a", "b", "c")) {
                mesh.add(name, withoutHeartbeats(name, mesh.seeds()));
            }
            mesh.awaitAllSee("a", "b", "c");
            mesh.kill("b");
            mesh.awaitAllSee("a", "c");
        }
    }

    private GroupConfig withoutHeartbeats(String name, List<HostPort> seeds) {
        GroupTimeouts times = MeshOfNodes.SHORT;
        return new GroupConfig(dir.resolve(name), InetAddress.getLoopbackAddress(), 0,
                new GroupConfig.PeerSearch(seeds, false),
                new GroupTimeouts(times.join(), Duration.ofHours(2), Duration.ofHours(1), times.verify(),
                        times.merge(), times.handshake()),
                MeshOfNodes.QUICK);
    }

    @Test
    void nodesThatMetThroughAThirdStayTogetherWhenItDies() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a")) {
            List<HostPort> onlyA = mesh.seeds();
            mesh.add("b", mesh.key(), onlyA);
            mesh.add("c", mesh.key(), onlyA);
            mesh.awaitAllSee("a", "b", "c");
            Set<Integer> membersOfB = ConcurrentHashMap.newKeySet();
            mesh.get("b").onChange(roster -> membersOfB.add(roster.peers().size()));
            mesh.kill("a");
            mesh.awaitAllSee("b", "c");
            assertThat(membersOfB).as("b never lost c").doesNotContain(1);
        }
    }

    /** Each of the others knows the address of one only, which is the last to open its port. */
    @Test
    void nodesThatStartTogetherFormOneGroupWithoutAMerge() throws Exception {
        int port;
        try (ServerSocket reserved = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = reserved.getLocalPort();
        }
        List<HostPort> seeds = List.of(new HostPort(InetAddress.getLoopbackAddress().getHostAddress(), port));
        try (MeshOfNodes mesh = new MeshOfNodes(dir);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<MeshGroup>> starts = new ArrayList<>();
            for (String name : List.of("b", "c", "d")) {
                starts.add(threads.submit(() -> mesh.add(name, patient(name, 0, seeds))));
            }
            starts.add(threads.submit(() -> mesh.add("a", patient("a", port, List.of()))));
            for (Future<MeshGroup> start : starts) {
                start.get();
            }
            mesh.awaitAllSee("a", "b", "c", "d");
            for (String name : List.of("a", "b", "c", "d")) {
                assertThat((Object) mesh.get(name).channel().orElseThrow().getView()).isNotInstanceOf(MergeView.class);
            }
        }
    }

    /** A node that waits long for the others: a busy machine must not make it begin a group of its own. */
    private GroupConfig patient(String name, int port, List<HostPort> seeds) {
        GroupTimeouts times = MeshOfNodes.SHORT;
        return new GroupConfig(dir.resolve(name), InetAddress.getLoopbackAddress(), port,
                new GroupConfig.PeerSearch(seeds, false),
                new GroupTimeouts(Duration.ofMinutes(2), Duration.ofMinutes(5), times.heartbeat(),
                        Duration.ofMinutes(1),
                        new GroupTimeouts.MergeInterval(Duration.ofHours(1), Duration.ofHours(2)),
                        Duration.ofMinutes(1)),
                MeshOfNodes.QUICK);
    }

    /** Nobody would notice that it is gone, and the others would name its old start the coordinator. */
    @Test
    void aKilledCoordinatorThatStartsAgainIsAMemberAtOnce() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir)) {
            List<HostPort> seeds = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                mesh.add(name, neverFailing(name, 0, seeds));
                seeds = mesh.seeds();
            }
            mesh.awaitAllSee("a", "b", "c");
            int port = mesh.get("a").address().orElseThrow().getPort();
            mesh.kill("a");
            mesh.add("a", neverFailing("a", port, mesh.seeds()));
            mesh.awaitAllSee("a", "b", "c");
            assertThat(mesh.get("b").status().members()).isEqualTo(3);
        }
    }

    private GroupConfig neverFailing(String name, int port, List<HostPort> seeds) {
        Duration never = Duration.ofHours(1);
        return new GroupConfig(dir.resolve(name), InetAddress.getLoopbackAddress(), port,
                new GroupConfig.PeerSearch(seeds, false),
                new GroupTimeouts(Duration.ofSeconds(3), never, Duration.ofSeconds(1), never,
                        new GroupTimeouts.MergeInterval(never, never.multipliedBy(2)), Duration.ofSeconds(4)),
                MeshOfNodes.QUICK);
    }

    @Test
    void groupsMergeThroughOneAddress() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b")) {
            mesh.awaitAllSee("a", "b");
            MeshGroup late = mesh.add("c", mesh.key(), List.of());
            assertThat(late.status().members()).isEqualTo(1);
            InetSocketAddress c = late.address().orElseThrow();
            mesh.add("d", mesh.key(), List.of(mesh.seeds().getFirst(), new HostPort("127.0.0.1", c.getPort())));
            mesh.awaitAllSee("a", "b", "c", "d");
        }
    }

    /** As after a start on a busy machine, where each took the other for absent. */
    @Test
    void groupsThatWereBegunBesideEachOtherMergeBeforeTheirInterval() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir)) {
            mesh.add("a", neverFailing("a", 0, List.of()));
            List<HostPort> onlyA = mesh.seeds();
            mesh.add("b", neverFailing("b", 0, List.of()));
            mesh.add("c", neverFailing("c", 0, List.of(onlyA.getFirst(), mesh.seeds().getLast())));
            mesh.awaitAllSee("a", "b", "c");
        }
    }

    @Test
    void aMergeThatFailsIsRepeatedBeforeTheInterval() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir)) {
            mesh.add("a", neverFailing("a", 0, List.of()));
            List<HostPort> onlyA = mesh.seeds();
            mesh.add("b", neverFailing("b", 0, List.of()));
            mesh.loseFirstMerge("a");
            mesh.loseFirstMerge("b");
            mesh.add("c", neverFailing("c", 0, List.of(onlyA.getFirst(), mesh.seeds().getLast())));
            mesh.awaitAllSee("a", "b", "c");
        }
    }

    /** Nobody is ever silent here, and nobody searches for groups. */
    @Test
    void aMemberThatWasDroppedByMistakeComesBackAtOnce() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir)) {
            List<HostPort> seeds = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                mesh.add(name, neverFailing(name, 0, seeds));
                seeds = mesh.seeds();
            }
            mesh.awaitAllSee("a", "b", "c");
            GMS coordinator = mesh.get("a").channel().orElseThrow().getProtocolStack().findProtocol(GMS.class);
            Address b = mesh.get("b").channel().orElseThrow().getAddress();
            coordinator.up(new Event(Event.SUSPECT, List.of(b)));
            await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(5))
                    .until(() -> mesh.get("b").channel().orElseThrow().getView() instanceof MergeView);
            mesh.awaitAllSee("a", "b", "c");
        }
    }

    @Test
    void aNodeThatLeavesDisappearsAtOnce() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b")) {
            mesh.awaitAllSee("a", "b");
            mesh.close("b");
            mesh.awaitAllSee("a");
            assertThat(mesh.get("a").status().isolated()).as("it remembers that there was another").isTrue();
        }
    }

    @Test
    void aNodeWithAnotherSecretIsRefusedAndKnowsThatItIsAlone() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b")) {
            mesh.awaitAllSee("a", "b");
            MeshGroup stranger = mesh.add("stranger", MeshKey.create("home"), mesh.seeds());
            await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(5))
                    .until(() -> mesh.get("a").status().refused() > 0);
            assertThat(mesh.get("a").status().lastRefusal().map(RejectedConnection::address).orElse(""))
                    .startsWith("127.0.0.1:");
            await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(5))
                    .until(() -> stranger.status().unreachable().size() == 2);
            assertThat(stranger.status().isolated()).isTrue();
            assertThat(stranger.status().unreachable().values()).allMatch(reason -> reason.contains("another mesh"));
            assertThat(mesh.seenBy("a")).containsExactlyInAnyOrder("a", "b");
            assertThat(mesh.get("a").status().members()).isEqualTo(2);
        }
    }

    @Test
    void plainTcpIsRefusedAndCounted() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a")) {
            InetSocketAddress address = mesh.get("a").address().orElseThrow();
            try (Socket plain = new Socket(address.getAddress(), address.getPort())) {
                plain.getOutputStream().write(new byte[100]);
                await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(5))
                        .until(() -> mesh.get("a").status().refused() == 1);
                assertThat(plain.getInputStream().readAllBytes()).as("an alert, then the end").hasSizeLessThan(20);
            }
        }
    }

    @Test
    void eachSideOfAPartitionGoesOnAndTheLatestHoldsAfterwards() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b", "c")) {
            mesh.awaitAllSee("a", "b", "c");
            mesh.cutOff("c");
            mesh.awaitAllSee("a", "b");
            mesh.awaitAllSee("c");
            mesh.get("a").publish(MeshOfNodes.doing(1));
            mesh.get("b").publish(MeshOfNodes.doing(2));
            mesh.get("c").publish(MeshOfNodes.doing(0));
            awaitFree(mesh, "b", "a", 2);
            mesh.reconnect("c");
            mesh.awaitAllSee("a", "b", "c");
            for (String by : List.of("a", "b", "c")) {
                awaitFree(mesh, "a", by, 1);
                awaitFree(mesh, "b", by, 2);
                awaitFree(mesh, "c", by, 0);
            }
        }
    }

    @Test
    void aJoinerSeesAllWithoutWaitingForAHeartbeat() throws Exception {
        PublishIntervals noHeartbeat = new PublishIntervals(MeshOfNodes.QUICK_GAP, Duration.ofHours(1),
                Duration.ofHours(1));
        for (int round = 0; round < 5; round++) {
            MeshKey key = MeshKey.create("home");
            try (MeshOfNodes mesh = new MeshOfNodes(dir.resolve("round" + round), key, noHeartbeat)) {
                mesh.add("a");
                mesh.add("b");
                mesh.add("c");
                mesh.awaitAllSee("a", "b", "c");
            }
        }
    }

    @Test
    void aNodeFindsItsMeshAgainWithoutSeeds() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b")) {
            mesh.awaitAllSee("a", "b");
            mesh.close("b");
            mesh.awaitAllSee("a");
            mesh.add("b", mesh.key(), List.of());
            mesh.awaitAllSee("a", "b");
            assertThat(mesh.peer("b", "a").info().stamp().epoch()).as("its second start").isEqualTo(2);
        }
    }

    @Test
    void aMeshOfOneListensNowhere() throws Exception {
        MeshOfNodes none = new MeshOfNodes(dir);
        GroupConfig settings = none.settings("a", List.of(), MeshOfNodes.QUICK);
        try (MeshGroup group = MeshGroup.alone(settings)) {
            group.start();
            group.publish(MeshOfNodes.info("a"));
            group.publish(MeshOfNodes.doing(4));
            await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(5))
                    .until(() -> group.roster().peers().stream().anyMatch(peer -> peer.state().isPresent()));
            Peer self = group.roster().peers().getFirst();
            assertThat(self.self()).isTrue();
            assertThat(self.state().map(NodeState::freeSlots)).contains(4);
            assertThat(group.address()).isEmpty();
            assertThat(group.status().isolated()).as("nobody told it to join").isFalse();
        }
    }

    @Test
    void anUnsoundRecordIsNotTold() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a")) {
            assertThatIllegalArgumentException().isThrownBy(() -> mesh.get("a").publish(MeshOfNodes.doing(-1)));
        }
    }

    @Test
    void anotherMachineWithACopyOfTheIdIsReported() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b")) {
            mesh.awaitAllSee("a", "b");
            mesh.get("b").publish(mesh.peer("a", "a").info());
            await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(5))
                    .until(() -> mesh.get("a").status().duplicateNodeId().isPresent());
        }
    }

    @Test
    void leavesNothingBehindAndStartsAgain() throws Exception {
        try (MeshOfNodes warm = new MeshOfNodes(dir, "warm")) {
            warm.awaitAllSee("warm");
        }
        Set<Thread> before = Set.copyOf(Thread.getAllStackTraces().keySet());
        MeshKey key = MeshKey.create("home");
        for (int round = 0; round < 2; round++) {
            try (MeshOfNodes mesh = new MeshOfNodes(dir, key, "a", "b")) {
                mesh.awaitAllSee("a", "b");
            }
        }
        await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(5)).untilAsserted(
                () -> assertThat(Thread.getAllStackTraces().keySet().stream().filter(thread -> !before.contains(thread))
                        .map(Thread::getName).filter(name -> !name.startsWith("awaitility"))).isEmpty());
    }

    private static void awaitFree(MeshOfNodes mesh, String of, String by, int free) {
        await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(5)).until(
                () -> mesh.peer(of, by).state().map(NodeState::freeSlots).orElse(-1) == free);
    }

    @Test
    void aNodeThatCannotStartSaysWhoIsToBlame() {
        assertThat(MeshGroup.notStarted(new CacheException(new BindException("Address in use")), "10.0.0.2:7420"))
                .hasMessage("cannot open the group's port 10.0.0.2:7420: Address in use");
        assertThat(MeshGroup.notStarted(new CacheException(new TimeoutException("no state")), "10.0.0.2:7420"))
                .hasMessageStartingWith(
                        "cannot join the mesh: the node that coordinates it does not answer (no state).");
    }

    /** Of Infinispan, if two groups become one in the middle of a start. */
    private static final CacheException OVERTAKEN = new CacheException(new IllegalStateException(
            "We already had a newer topology by the time we received the join response"));

    @Test
    void startsAgainIfTheGroupChangedMeanwhile() throws Exception {
        AtomicInteger starts = new AtomicInteger();
        MeshGroup.startUntilDone(() -> {
            if (starts.incrementAndGet() < 3) {
                throw OVERTAKEN;
            }
        });
        assertThat(starts).hasValue(3);
    }

    @Test
    void doesNotStartAgainForEver() {
        AtomicInteger starts = new AtomicInteger();
        assertThatThrownBy(() -> MeshGroup.startUntilDone(() -> {
            starts.incrementAndGet();
            throw OVERTAKEN;
        })).isSameAs(OVERTAKEN);
        assertThat(starts).hasValue(5);
        assertThat(MeshGroup.notStarted(OVERTAKEN, "10.0.0.2:7420")).hasMessageContaining("which changed each time");
    }

    @Test
    void doesNotStartAgainIfThePortIsTaken() {
        CacheException taken = new CacheException(new BindException("Address in use"));
        AtomicInteger starts = new AtomicInteger();
        assertThatThrownBy(() -> MeshGroup.startUntilDone(() -> {
            starts.incrementAndGet();
            throw taken;
        })).isSameAs(taken);
        assertThat(starts).hasValue(1);
    }

    /** The channel and the port of the first start are given back. */
    @Test
    void mapsThatHaveNotStartedCanStartAgain() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a")) {
            int port;
            MeshGroup late;
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = taken.getLocalPort();
                GroupConfig settings = new GroupConfig(dir.resolve("b"), InetAddress.getLoopbackAddress(), port,
                        new GroupConfig.PeerSearch(mesh.seeds(), false), MeshOfNodes.SHORT, MeshOfNodes.QUICK);
                late = MeshGroup.ofMesh(settings, NodeIdentity.issue(mesh.key(), "b"), mesh.key());
                assertThatIOException().isThrownBy(late::start);
            }
            late.start();
            late.publish(MeshOfNodes.info("b"));
            await().atMost(Duration.ofMinutes(5)).until(() -> late.roster().peers().size() == 2);
            late.close();
        }
    }
}
