package dev.floe.node.cache.local;

import static dev.floe.node.cache.transfer.MeshOfCaches.BOTH;
import static dev.floe.node.cache.transfer.MeshOfCaches.STORE_BYTES;
import static dev.floe.node.cache.transfer.MeshOfCaches.bytes;
import static dev.floe.node.cache.transfer.MeshOfCaches.key;
import static dev.floe.node.cache.transfer.MeshOfCaches.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.transfer.MeshOfCaches;
import dev.floe.node.mesh.security.CacheWriterKey;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ResultSignature;

/**
 * Of a mesh that lets only some nodes write: what a member that may not can do, by all the ways on which results come.
 */
final class RestrictedCacheTest {
    private static final int SIZE = 20_000;
    private static final CacheWriterKey WRITERS = CacheWriterKey.create();
    private static final ResultTrustPolicy WRITER = new ResultTrustPolicy(new ResultSigner(Optional.of(WRITERS)),
            ResultDenylist.NONE);
    private static final ResultTrustPolicy READER = new ResultTrustPolicy(
            new ResultSigner(Optional.of(WRITERS.readOnly())), ResultDenylist.NONE);

    @TempDir
    private Path dir;

    private MeshOfCaches mesh(String... names) throws IOException {
        MeshOfCaches mesh = new MeshOfCaches(dir);
        for (String name : names) {
            mesh.add(name, BOTH, STORE_BYTES, switch (name) {
                case "writer" -> WRITER;
                case "forger" -> ResultTrustPolicy.ALL;
                default -> READER;
            });
        }
        mesh.awaitAllSee(names);
        return mesh;
    }

    /** A member keeps and announces what it likes. */
    private static void plant(MeshOfCaches mesh, ActionKey key, UnaryOperator<ActionResult> forgery)
            throws IOException {
        mesh.node("forger").store().put(bytes(key, SIZE));
        assertThat(mesh.cache("forger").keep(key, forgery.apply(result("forger", key, SIZE)))).isTrue();
    }

    @Test
    void whatAWriterMakesIsServedEverywhere() throws Exception {
        try (MeshOfCaches mesh = mesh("writer", "reader")) {
            mesh.keep("writer", key(1));
            assertThat(mesh.cache("reader").lookup(key(1))).isInstanceOf(LookupResult.Hit.class);
            mesh.awaitHolders(key(1), "reader", "writer");
            mesh.stop("reader");
            mesh.add("reader", BOTH, STORE_BYTES, READER);
            assertThat(mesh.cache("reader").find(key(1))).as("after its restart").isPresent()
                    .hasValueSatisfying(hit -> assertThat(hit.fetched()).isFalse());
            assertThat(mesh.cache("reader").stats().refused()).isZero();
        }
    }

    @Test
    void whoMayNotWriteKeepsNothingThatItMakes() throws Exception {
        try (MeshOfCaches mesh = mesh("writer", "reader")) {
            mesh.node("reader").store().put(bytes(key(2), SIZE));
            assertThat(mesh.cache("reader").keep(key(2), result("reader", key(2), SIZE))).isFalse();
            assertThat(mesh.cache("reader").signed(key(2), result("reader", key(2), SIZE))).isEmpty();
            assertThat(mesh.holders(key(2))).isEmpty();
        }
    }

    @Test
    void forgedResultsAreNotServed() throws Exception {
        try (MeshOfCaches mesh = mesh("forger", "writer", "reader")) {
            CacheWriterKey own = CacheWriterKey.create();
            ActionResult good = mesh.keep("writer", key(10));
            ResultSignature seal = mesh.node("writer").local().find(key(10)).orElseThrow().seal();
            assertThat(good.seal().isNone()).isTrue();
            assertThat(seal.isNone()).isFalse();
            plant(mesh, key(11), plain -> plain);
            plant(mesh, key(12), plain -> new ResultSigner(Optional.of(own)).signed(key(12), plain).orElseThrow());
            plant(mesh, key(13), plain -> plain.sealed(seal));
            byte[] looksRight = seal.bytes();
            looksRight[looksRight.length - 1] ^= 1;
            plant(mesh, key(14), plain -> plain.sealed(new ResultSignature(looksRight)));
            plant(mesh, key(15), plain -> plain.sealed(new ResultSignature(new byte[]{1, 2, 3})));
            plant(mesh, key(16), plain -> WRITER.signed(key(17), plain).orElseThrow()); // of another action
            for (int i = 11; i <= 16; i++) {
                for (String node : new String[]{"reader", "writer"}) {
                    long before = mesh.cache(node).stats().refused();
                    assertThat(mesh.cache(node).find(key(i))).as("%s, key %d", node, i).isEmpty();
                    assertThat(mesh.cache(node).stats().refused()).as("%s, key %d", node, i).isGreaterThan(before);
                }
                assertThat(mesh.holders(key(i))).containsExactly("forger");
            }
            assertThat(mesh.cache("reader").find(key(10))).as("all else goes on").isPresent();
        }
    }

    @Test
    void aForgedResultDoesNotHideAGoodOne() throws Exception {
        try (MeshOfCaches mesh = mesh("forger", "writer", "reader")) {
            plant(mesh, key(20), plain -> plain);
            mesh.keep("writer", key(20));
            await().atMost(Duration.ofMinutes(5))
                    .untilAsserted(() -> assertThat(mesh.announced("reader", key(20))).contains("forger", "writer"));
            assertThat(mesh.cache("reader").find(key(20)))
                    .hasValueSatisfying(hit -> assertThat(hit.result().maker()).isEqualTo("writer"));
        }
    }

    @Test
    void aForgedSecondCopyIsRefused() throws Exception {
        try (MeshOfCaches mesh = mesh("forger", "reader")) {
            plant(mesh, key(30), plain -> plain);
            await().atMost(Duration.ofMinutes(5))
                    .untilAsserted(() -> assertThat(mesh.cache("reader").stats().refused()).isPositive());
            assertThat(mesh.holders(key(30))).containsExactly("forger");
            assertThat(mesh.cache("reader").stats().copiesReceived()).isZero();
        }
    }

    @Test
    void aForgedCopyOfWhatAnExecutorMadeIsRefused() throws Exception {
        try (MeshOfCaches mesh = mesh("writer", "reader")) {
            mesh.node("reader").store().put(bytes(key(40), SIZE));
            ActionResult made = result("writer", key(40), SIZE);
            assertThat(mesh.cache("reader").keepCopy(key(40), made)).isFalse();
            assertThat(mesh.cache("reader").stats().refused()).isOne();
            assertThat(mesh.cache("reader").keepCopy(key(40), WRITER.signed(key(40), made).orElseThrow())).isTrue();
            assertThat(mesh.cache("reader").find(key(40))).isPresent();
        }
    }

    @Test
    void whatIsHeldFromAnotherMeshIsDropped() throws Exception {
        try (MeshOfCaches mesh = mesh("forger", "reader")) {
            plant(mesh, key(50), plain -> plain);
            mesh.stop("forger");
            mesh.add("forger", BOTH, STORE_BYTES, READER); // it has joined the mesh of the writers with what it had
            assertThat(mesh.cache("forger").find(key(50))).isEmpty();
            assertThat(mesh.holders(key(50))).isEmpty();
        }
    }
}
