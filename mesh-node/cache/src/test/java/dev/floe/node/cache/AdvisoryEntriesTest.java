package dev.floe.node.cache;

import static dev.floe.node.cache.transfer.MeshOfCaches.BOTH;
import static dev.floe.node.cache.transfer.MeshOfCaches.STORE_BYTES;
import static dev.floe.node.cache.transfer.MeshOfCaches.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.cache.transfer.MeshOfCaches;
import dev.floe.store.actioncache.ActionKey;

final class AdvisoryEntriesTest {
    private static final List<ActionKey> KEYS = LongStream.range(0, 40).mapToObj(MeshOfCaches::key).toList();
    private static final Duration SOON = Duration.ofMinutes(5);

    @TempDir
    Path dir;

    private static void tell(MeshOfCaches mesh, String name, ActionKey key) {
        mesh.cache(name).publishAdvisory(key, MeshOfCaches.bytes(key, size(key)));
    }

    /** Small ones are told in another way. */
    private static int size(ActionKey key) {
        return key.b() % 2 == 0 ? 7_000 : 700;
    }

    private static void awaitFound(MeshOfCaches mesh, String name, ActionKey key) throws IOException {
        await().pollDelay(Duration.ZERO).atMost(SOON).until(() -> mesh.cache(name).findAdvisory(key).isPresent());
        assertThat(mesh.cache(name).findAdvisory(key).orElseThrow().readAllBytes())
                .isEqualTo(MeshOfCaches.bytes(key, size(key)));
    }

    @Test
    void whatOneTellsAllFindAlsoAfterOneOfItsKeepersHasGone() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a", "b", "c", "d")) {
            KEYS.forEach(key -> tell(mesh, "a", key));
            for (ActionKey key : KEYS) {
                await().pollDelay(Duration.ZERO).atMost(SOON)
                        .untilAsserted(() -> assertThat(mesh.holders(key)).hasSize(2));
            }
            assertThat(KEYS.stream().flatMap(key -> mesh.holders(key).stream()).distinct()).hasSize(4);
            mesh.kill("d");
            mesh.awaitAllSee("a", "b", "c");
            for (ActionKey key : KEYS) {
                awaitFound(mesh, "b", key);
            }
        }
    }

    @Test
    void aNodeThatStopsSendsWhatWaits() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a", "b", "c")) {
            KEYS.forEach(key -> tell(mesh, "a", key));
            mesh.cache("a").close();
            for (ActionKey key : KEYS) {
                assertThat(mesh.holders(key)).hasSize(2);
            }
        }
    }

    @Test
    void oneThatIsAloneKeepsThemItself() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a")) {
            tell(mesh, "a", key(1));
            awaitFound(mesh, "a", key(1));
            assertThat(mesh.cache("a").findAdvisory(key(2))).isEmpty();
        }
    }

    @Test
    void whatIsNotBelievedIsNotKept() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "liar")) {
            mesh.add("doubter", BOTH, STORE_BYTES, MeshOfCaches.notOf(mesh.id("liar")));
            mesh.awaitAllSee("liar", "doubter");
            KEYS.forEach(key -> tell(mesh, "liar", key));
            for (ActionKey key : KEYS) {
                awaitFound(mesh, "liar", key);
            }
            await().pollDelay(Duration.ZERO).atMost(SOON)
                    .until(() -> mesh.cache("doubter").stats().refused() >= KEYS.size());
            for (ActionKey key : KEYS) {
                assertThat(mesh.cache("doubter").findAdvisory(key)).isEmpty();
            }
        }
    }
}
