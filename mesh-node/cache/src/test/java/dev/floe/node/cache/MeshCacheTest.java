package dev.floe.node.cache;

import static dev.floe.node.cache.transfer.MeshOfCaches.BOTH;
import static dev.floe.node.cache.transfer.MeshOfCaches.STORE_BYTES;
import static dev.floe.node.cache.transfer.MeshOfCaches.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.claims.LookupResult.Claimed;
import dev.floe.node.cache.claims.LookupResult.Hit;
import dev.floe.node.cache.claims.LookupResult.Miss;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.cache.local.ResultTrustPolicy;
import dev.floe.node.cache.transfer.CacheStats;
import dev.floe.node.cache.transfer.MeshOfCaches;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ResultContent;

final class MeshCacheTest {
    private static final List<ActionKey> KEYS = LongStream.range(0, 24).mapToObj(MeshOfCaches::key).toList();

    @TempDir
    Path dir;

    @Test
    void aHitComesFromAnotherNodeAndThenFromHere() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a", "b")) {
            ActionResult result = mesh.keep("a", key(1));
            LookupResult found = mesh.cache("b").lookup(key(1));
            assertThat(found).isInstanceOfSatisfying(Hit.class, hit -> {
                assertThat(hit.result()).usingRecursiveComparison().isEqualTo(result);
                assertThat(bytes(mesh, "b", hit)).isEqualTo(MeshOfCaches.bytes(key(1), 20_000));
            });
            assertThat(mesh.cache("b").lookup(key(1))).isInstanceOfSatisfying(Hit.class, hit -> {
                assertThat(hit.node()).isEqualTo("b");
                assertThat(hit.fetched()).isFalse();
            });
        }
    }

    @Test
    void countsWhatItDoes() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a")) {
            mesh.add("reader", Set.of(CacheMode.READ), STORE_BYTES, ResultTrustPolicy.ALL);
            mesh.awaitAllSee("a", "reader");
            mesh.keep("a", key(1));
            assertThat(mesh.cache("reader").find(key(1))).hasValueSatisfying(hit -> {
                assertThat(hit.node()).isEqualTo("a");
                assertThat(hit.fetched()).isTrue();
            });
            assertThat(mesh.cache("reader").find(key(1))).isPresent();
            assertThat(mesh.cache("reader").find(key(2))).isEmpty();
            assertThat(mesh.cache("reader").stats()).isEqualTo(
                    new CacheStats(1, 1, 1, 0, 0, 0, 0, 0, 0, 20_007, 0, 1, 20_480, 0));
            assertThat(mesh.cache("a").stats())
                    .isEqualTo(new CacheStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20_007, 1, 20_480, 0));
        }
    }

    @Test
    void theSecondCopyIsOnTheOwnerAndNowhereElse() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a", "b", "c")) {
            for (ActionKey key : KEYS) {
                mesh.keep("a", key);
            }
            for (ActionKey key : KEYS) {
                mesh.awaitHolders(key, "a", mesh.owner("a", key));
            }
            mesh.awaitTwoCopies("c", KEYS);
            assertThat(KEYS.stream().map(key -> mesh.owner("a", key)).distinct()).hasSize(2);
            assertThat(mesh.cache("a").stats().copiesSent()).isEqualTo(KEYS.size());
            assertThat(mesh.cache("b").stats().copiesReceived() + mesh.cache("c").stats().copiesReceived())
                    .isEqualTo(KEYS.size());
        }
    }

    @Test
    void anyNodeMayBeKilledAndCopiesAreMadeAnew() throws Exception {
        for (String victim : List.of("a", "b", "c")) {
            try (MeshOfCaches mesh = new MeshOfCaches(dir.resolve(victim), "a", "b", "c")) {
                for (int i = 0; i < KEYS.size(); i++) {
                    mesh.keep(List.of("a", "b", "c").get(i % 3), KEYS.get(i));
                }
                mesh.awaitTwoCopies("a", KEYS);
                mesh.kill(victim);
                String[] left = Stream.of("a", "b", "c").filter(name -> !name.equals(victim)).toArray(String[]::new);
                mesh.awaitAllSee(left);
                for (ActionKey key : KEYS) {
                    mesh.awaitHolders(key, left);
                    assertThat(mesh.cache(left[0]).find(key)).isPresent();
                }
                mesh.awaitTwoCopies(left[1], KEYS);
            }
        }
    }

    @Test
    void aNodeThatComesBackIsAHolderAgain() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a")) {
            mesh.keep("a", key(1));
            mesh.add("reader", Set.of(CacheMode.READ), STORE_BYTES, ResultTrustPolicy.ALL);
            mesh.awaitAllSee("a", "reader");
            mesh.stop("a");
            mesh.awaitAllSee("reader");
            assertThat(mesh.cache("reader").lookup(key(1))).isInstanceOfSatisfying(Claimed.class,
                    mine -> mine.claim().close());
            mesh.add("a");
            mesh.awaitAllSee("a", "reader");
            await().atMost(Duration.ofMinutes(5)).until(() -> mesh.cache("reader").find(key(1)).isPresent());
        }
    }

    @Test
    void aNodeThatWasAloneCopiesItsResultsToTheFirstWhoComes() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a")) {
            for (ActionKey key : KEYS) {
                mesh.keep("a", key);
            }
            mesh.stop("a");
            mesh.add("a");
            mesh.awaitAllSee("a");
            mesh.add("b");
            mesh.awaitAllSee("a", "b");
            mesh.awaitTwoCopies("b", KEYS);
        }
    }

    @Test
    void sidesThatWereApartHaveWhatBothMade() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a", "b", "c")) {
            mesh.mesh().cutOff("c");
            mesh.awaitAllSee("a", "b");
            mesh.awaitAllSee("c");
            mesh.keep("a", key(1));
            mesh.keep("c", key(1));
            mesh.keep("a", key(2));
            mesh.keep("c", key(3));
            mesh.mesh().reconnect("c");
            mesh.awaitAllSee("a", "b", "c");
            await().atMost(Duration.ofMinutes(5))
                    .untilAsserted(() -> assertThat(mesh.announced("b", key(1))).contains("a", "c"));
            mesh.awaitTwoCopies("b", List.of(key(1), key(2)));
            await().atMost(Duration.ofMinutes(5)).until(() -> mesh.cache("b").find(key(3)).isPresent());
            assertThat(mesh.cache("c").find(key(2))).isPresent();
        }
    }

    @Test
    void aHolderThatHasDroppedAResultIsAHolderNoMore() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a")) {
            mesh.add("reader", Set.of(CacheMode.READ), STORE_BYTES, ResultTrustPolicy.ALL);
            mesh.awaitAllSee("a", "reader");
            ActionResult result = mesh.keep("a", key(1));
            mesh.node("a").store().remove(result.stored().getFirst());
            assertThat(mesh.cache("reader").lookup(key(1))).as("to be made again, at once")
                    .isInstanceOfSatisfying(Claimed.class, mine -> mine.claim().close());
            for (ActionKey key : KEYS) { // the drop meets the announcement at any moment
                mesh.keep("a", key);
                mesh.cache("a").evict(key);
            }
            for (ActionKey key : KEYS) {
                await().atMost(Duration.ofMinutes(5)).until(() -> mesh.announced("reader", key).isEmpty());
            }
        }
    }

    @Test
    void whatCannotBeKeptIsNotKeptAndNothingIsThrown() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a")) {
            mesh.add("small", BOTH, 16_384, ResultTrustPolicy.ALL);
            mesh.awaitAllSee("a", "small");
            ActionResult large = mesh.keep("a", key(1));
            assertThat(mesh.cache("small").keep(key(2), large)).as("its bytes are not there").isFalse();
            assertThat(mesh.cache("small").lookup(key(1))).isInstanceOf(Miss.class);
            assertThat(mesh.cache("small").stats().copiesReceived()).isZero();
            deleteTree(mesh.actions("a"));
            Files.createFile(mesh.actions("a")); // where a directory must be
            assertThat(mesh.cache("a").keep(key(3), large)).as("the disk refuses it").isFalse();
            assertThat(mesh.cache("a").find(key(1))).as("all else goes on").isPresent();
        }
    }

    @Test
    void takesOnlyWhatItAccepts() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a", "b")) {
            mesh.add("c", BOTH, STORE_BYTES, MeshOfCaches.notOf("b"));
            mesh.awaitAllSee("a", "b", "c");
            for (ActionKey key : KEYS) {
                mesh.keep("b", key);
            }
            for (ActionKey key : KEYS) {
                mesh.awaitHolders(key, "a", "b");
            }
            assertThat(mesh.cache("c").lookup(KEYS.getFirst())).isInstanceOf(Miss.class);
            mesh.keep("a", key(100));
            assertThat(mesh.cache("c").find(key(100))).isPresent();
        }
    }

    @Test
    void doesOnlyWhatItIsUsedFor() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a")) {
            mesh.add("off", Set.of(), STORE_BYTES, ResultTrustPolicy.ALL);
            mesh.add("writer", Set.of(CacheMode.WRITE), STORE_BYTES, ResultTrustPolicy.ALL);
            mesh.awaitAllSee("a", "off", "writer");
            ActionResult result = mesh.keep("a", key(1));
            mesh.awaitHolders(key(1), "a", "writer");
            assertThat(mesh.cache("off").lookup(key(1))).isInstanceOf(Miss.class);
            assertThat(mesh.cache("off").find(key(1))).isEmpty();
            assertThat(mesh.cache("off").keep(key(1), result)).isFalse();
            assertThat(mesh.cache("writer").lookup(key(1))).isInstanceOf(Miss.class);
        }
    }

    @Test
    void withoutItsMeshALookUpIsAMiss() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a")) {
            mesh.keep("a", key(1));
            mesh.mesh().close("a");
            assertThat(mesh.cache("a").lookup(key(1))).isInstanceOf(Hit.class);
            assertThat(mesh.cache("a").lookup(key(2))).isInstanceOf(Miss.class);
            mesh.keep("a", key(2));
            assertThat(mesh.cache("a").find(key(2))).isPresent();
        }
    }

    private static byte[] bytes(MeshOfCaches mesh, String name, Hit hit) {
        ResultContent content = hit.result().files().getFirst().content();
        try {
            Optional<InputStream> bytes = mesh.cache(name).open(content);
            try (InputStream in = bytes.orElseThrow()) {
                return in.readAllBytes();
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void deleteTree(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
