package dev.floe.node.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.mesh.ResultStatus.Held;
import dev.floe.node.mesh.ResultStatus.InProgress;
import dev.floe.node.mesh.ResultStatus.NotFound;
import dev.floe.node.mesh.state.ResultKey;

final class ResultIndexTest {
    private static final List<ResultKey> KEYS = LongStream.range(0, 40).mapToObj(ResultIndexTest::key).toList();

    @TempDir
    Path dir;

    private static ResultKey key(long number) {
        return new ResultKey(number * 0x9e37_79b9_7f4a_7c15L, number, 0, -1);
    }

    @Test
    void everyNodeFindsWhatOneAnnounces() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b", "c")) {
            mesh.awaitAllSee("a", "b", "c");
            for (ResultKey key : KEYS) {
                assertThat(index(mesh, "b").find(key)).isEqualTo(new NotFound());
                assertThat(holders(index(mesh, "a").announce(key))).containsExactly("a");
                assertThat(holders(index(mesh, "b").announce(key))).containsExactly("b", "a");
                assertThat(holders(index(mesh, "c").find(key))).containsExactly("b", "a");
                index(mesh, "a").retract(key);
                assertThat(holders(index(mesh, "c").find(key))).containsExactly("b");
                index(mesh, "b").retract(key);
                assertThat(index(mesh, "c").find(key)).isEqualTo(new NotFound());
            }
        }
    }

    @Test
    void ofManyClaimsAtOnceOneSucceeds() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b", "c");
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            mesh.awaitAllSee("a", "b", "c");
            for (ResultKey key : KEYS) {
                CountDownLatch start = new CountDownLatch(1);
                List<Future<ResultStatus>> claims = new ArrayList<>();
                for (String name : List.of("a", "b", "c")) {
                    claims.add(threads.submit(() -> {
                        start.await();
                        return index(mesh, name).claim(key, name.charAt(0));
                    }));
                }
                start.countDown();
                List<Long> tickets = new ArrayList<>();
                for (Future<ResultStatus> claim : claims) {
                    assertThat(claim.get()).isInstanceOfSatisfying(InProgress.class, it -> tickets.add(it.ticket()));
                }
                assertThat(tickets).as("all see the same").containsOnly(tickets.getFirst());
            }
        }
    }

    @Test
    void aClaimEndsByItsTicketAlone() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b")) {
            mesh.awaitAllSee("a", "b");
            ResultKey key = KEYS.getFirst();
            assertThat(index(mesh, "a").claim(key, 1)).isInstanceOf(InProgress.class);
            index(mesh, "a").release(key, 2);
            index(mesh, "b").release(key, 1);
            assertThat(index(mesh, "b").find(key)).isInstanceOfSatisfying(InProgress.class,
                    it -> assertThat(it.maker().info().name()).isEqualTo("a"));
            index(mesh, "a").release(key, 1);
            assertThat(index(mesh, "b").find(key)).isEqualTo(new NotFound());
            index(mesh, "a").claim(key, 3);
            index(mesh, "b").release(key, mesh.peer("a", "b").info().id(), 3);
            assertThat(index(mesh, "a").find(key)).isEqualTo(new NotFound());
        }
    }

    @Test
    void aHolderReplacesTheClaim() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b")) {
            mesh.awaitAllSee("a", "b");
            ResultKey key = KEYS.getFirst();
            index(mesh, "a").claim(key, 1);
            assertThat(holders(index(mesh, "b").announce(key))).containsExactly("b");
            index(mesh, "a").release(key, 1);
            assertThat(holders(index(mesh, "a").claim(key, 2))).as("not to be claimed").containsExactly("b");
        }
    }

    @Test
    void keepsAllEntriesWhenANodeIsKilledAndCountsItForNothing() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b", "c")) {
            mesh.awaitAllSee("a", "b", "c");
            ResultKey claimed = key(1000);
            ResultKey only = key(1001);
            KEYS.forEach(key -> index(mesh, "a").announce(key));
            KEYS.forEach(key -> index(mesh, "b").announce(key));
            index(mesh, "b").announce(only);
            index(mesh, "b").claim(claimed, 1);
            mesh.kill("b");
            mesh.awaitAllSee("a", "c");
            for (ResultKey key : KEYS) {
                awaitHolders(mesh, "c", key, "a");
            }
            await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(5))
                    .untilAsserted(() -> assertThat(index(mesh, "c").find(only)).isEqualTo(new NotFound()));
            assertThat(index(mesh, "c").claim(claimed, 2)).isInstanceOfSatisfying(InProgress.class,
                    it -> assertThat(it.maker().info().name()).isEqualTo("c"));
        }
    }

    @Test
    void sidesOfAPartitionKeepWhatBothHold() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a", "b", "c")) {
            mesh.awaitAllSee("a", "b", "c");
            mesh.cutOff("c");
            mesh.awaitAllSee("a", "b");
            mesh.awaitAllSee("c");
            ResultKey made = key(1000);
            KEYS.forEach(key -> index(mesh, "a").announce(key));
            KEYS.forEach(key -> awaitAnnounced(mesh, "c", key));
            index(mesh, "b").claim(made, 1);
            awaitAnnounced(mesh, "c", made);
            mesh.reconnect("c");
            mesh.awaitAllSee("a", "b", "c");
            for (ResultKey key : KEYS) {
                awaitHolders(mesh, "b", key, "a", "c");
            }
            awaitHolders(mesh, "a", made, "c");
        }
    }

    @Test
    void aMeshOfOneClaimsAndFindsToo() throws Exception {
        GroupConfig settings = new MeshOfNodes(dir).settings("a", List.of(), MeshOfNodes.QUICK);
        try (MeshGroup group = MeshGroup.alone(settings)) {
            group.start();
            group.publish(MeshOfNodes.info("a"));
            await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(5))
                    .until(() -> group.roster().peers().size() == 1);
            ResultKey key = KEYS.getFirst();
            assertThat(group.results().claim(key, 1)).isInstanceOf(InProgress.class);
            assertThat(holders(group.results().announce(key))).containsExactly("a");
            assertThat(holders(group.results().find(key))).containsExactly("a");
        }
    }

    @Test
    void answersUnknownOnceItsNodeHasLeft() throws Exception {
        try (MeshOfNodes mesh = new MeshOfNodes(dir, "a")) {
            mesh.awaitAllSee("a");
            ResultIndex index = index(mesh, "a");
            mesh.close("a");
            assertThat(index.find(KEYS.getFirst())).isInstanceOf(ResultStatus.Unknown.class);
            assertThat(index.claim(KEYS.getFirst(), 1)).isInstanceOf(ResultStatus.Unknown.class);
            assertThat(index.announce(KEYS.getFirst())).isInstanceOf(ResultStatus.Unknown.class);
            index.retract(KEYS.getFirst());
        }
    }

    private static ResultIndex index(MeshOfNodes mesh, String name) {
        return mesh.get(name).results();
    }

    private static List<String> holders(ResultStatus standing) {
        return standing instanceof Held(var holders)
                ? holders.stream().map(peer -> peer.info().name()).toList()
                : List.of(standing.toString());
    }

    private static void awaitAnnounced(MeshOfNodes mesh, String name, ResultKey key) {
        await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(5))
                .until(() -> index(mesh, name).announce(key) instanceof Held);
    }

    private static void awaitHolders(MeshOfNodes mesh, String by, ResultKey key, String... names) {
        await().pollDelay(Duration.ZERO).atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(20))
                .untilAsserted(
                        () -> assertThat(holders(index(mesh, by).find(key))).containsExactlyInAnyOrder(names));
    }
}
