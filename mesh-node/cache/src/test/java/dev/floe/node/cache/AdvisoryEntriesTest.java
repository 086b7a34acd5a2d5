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
import java.util.Set;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.cache.local.ResultTrustPolicy;
import dev.floe.node.cache.transfer.MeshOfCaches;
import dev.floe.node.rpc.PeerConnections.ConnectionClass;
import dev.floe.node.rpc.messages.ReplicateMessage;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.store.actioncache.ActionKey;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResultCodec;
import dev.floe.store.actioncache.ResultContent;

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
                    .until(() -> mesh.cache("doubter").stats().refused() >= KEYS.size()
                            || KEYS.stream().anyMatch(key -> mesh.holders(key).contains("doubter")));
            for (ActionKey key : KEYS) {
                assertThat(mesh.holders(key)).doesNotContain("doubter");
                assertThat(mesh.cache("doubter").findAdvisory(key)).isEmpty();
            }
        }
    }

    @Test
    void aNodeThatMayNotWriteKeepsNone() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "teller")) {
            mesh.add("reader", Set.of(CacheMode.READ), STORE_BYTES, ResultTrustPolicy.ALL);
            mesh.awaitAllSee("teller", "reader");
            ActionKey key = KEYS.getFirst();
            ActionResult entry = new ActionResult(ResultContent.Inline.NONE, ResultContent.Inline.NONE,
                    List.of(new ActionResult.OutputFile("/note", 0644, new ResultContent.Inline(new byte[]{1}), "")),
                    mesh.id("teller"), Duration.ZERO);
            try (MessageStream conversation = new MessageStream(mesh.node("teller").connections()
                    .open(mesh.node("reader").server().address(), ConnectionClass.BULK, "/notes"))) {
                conversation.send(new ReplicateMessage.Advisories(List.of(new ReplicateMessage.Advisory(key.bytes(),
                        ActionResultCodec.encode(entry), new byte[0]))));
                conversation.finish();
                assertThat(conversation.receive(ReplicateMessage.class))
                        .isInstanceOf(ReplicateMessage.ResultStored.class);
            }
            assertThat(mesh.holders(key)).isEmpty();
        }
    }
}
