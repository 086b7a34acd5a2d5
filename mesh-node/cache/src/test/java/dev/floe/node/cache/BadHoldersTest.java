package dev.floe.node.cache;

import static dev.floe.node.cache.transfer.MeshOfCaches.STORE_BYTES;
import static dev.floe.node.cache.transfer.MeshOfCaches.key;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.cache.claims.LookupResult.Miss;
import dev.floe.node.cache.local.CacheMode;
import dev.floe.node.cache.local.ResultTrustPolicy;
import dev.floe.node.cache.transfer.MeshOfCaches;
import dev.floe.node.rpc.messages.ResultMessage;
import dev.floe.node.rpc.stream.MessageStream;
import dev.floe.node.rpc.stream.PeerStream;
import dev.floe.store.Digest;
import dev.floe.store.actioncache.ActionResult;
import dev.floe.store.actioncache.ActionResultCodec;
import dev.floe.store.actioncache.ResultContent;

/** Holders that send what they should not, or nothing: a miss each time, and nothing of it stays. */
final class BadHoldersTest {
    private static final int SIZE = 3 << 20;

    @TempDir
    Path dir;

    @Test
    void otherBytesAreAMiss() throws Exception {
        isAMiss((conversation, result) -> {
            conversation.send(new ResultMessage.ResultFound(ActionResultCodec.encode(result)));
            byte[] other = new byte[SIZE];
            new Random(1).nextBytes(other);
            conversation.sendBlob(new ByteArrayInputStream(other), SIZE);
            conversation.finish();
        });
    }

    @Test
    void anEndInTheMiddleIsAMiss() throws Exception {
        isAMiss((conversation, result) -> {
            conversation.send(new ResultMessage.ResultFound(ActionResultCodec.encode(result)));
            byte[] half = new byte[SIZE / 2];
            new Random(1).nextBytes(half);
            conversation.sendBlob(new ByteArrayInputStream(half), half.length);
            conversation.finish();
        });
    }

    @Test
    void aConnectionThatBreaksIsAMiss() throws Exception {
        isAMiss((conversation, result) -> {
            conversation.send(new ResultMessage.ResultFound(ActionResultCodec.encode(result)));
            byte[] half = new byte[SIZE / 2];
            new Random(1).nextBytes(half);
            conversation.sendBlob(new ByteArrayInputStream(half), half.length);
            conversation.flush();
            conversation.close();
        });
    }

    @Test
    void silenceIsAMiss() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        isAMiss((conversation, _) -> {
            asked.countDown();
            CountDownLatch gone = new CountDownLatch(1);
            conversation.exchange().onClosed(gone::countDown);
            try {
                gone.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        });
        assertThat(asked.getCount()).isZero();
    }

    @Test
    void noiseIsAMiss() throws Exception {
        isAMiss((conversation, _) -> {
            conversation.send(new ResultMessage.ResultFound(new byte[]{1, 2, 3}));
            conversation.finish();
        });
    }

    @Test
    void aResultLargerThanTheStoreShouldTakeIsAMiss() throws Exception {
        isAMiss((conversation, _) -> {
            ActionResult huge = new ActionResult(
                    new ResultContent.Stored(Digest.of(new byte[32], Long.MAX_VALUE)),
                    new ResultContent.Stored(Digest.of(new byte[32], 1)),
                    List.of(), "a", Duration.ZERO);
            conversation.send(new ResultMessage.ResultFound(ActionResultCodec.encode(huge)));
            conversation.finish();
        });
    }

    /** How a bad holder answers. */
    private interface Answer {
        void give(MessageStream conversation, ActionResult result) throws IOException;
    }

    private void isAMiss(Answer answer) throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a")) {
            mesh.add("b", Set.of(CacheMode.READ), STORE_BYTES, ResultTrustPolicy.ALL);
            mesh.awaitAllSee("a", "b");
            mesh.node("a").store().put(MeshOfCaches.bytes(key(1), SIZE));
            ActionResult result = MeshOfCaches.result("a", key(1), SIZE);
            assertThat(mesh.cache("a").keep(key(1), result)).isTrue();
            mesh.node("a").behaviour().service = exchange -> give(exchange, answer, result);
            assertThat(mesh.cache("b").lookup(key(1))).isInstanceOf(Miss.class);
            assertThat(mesh.cache("b").stats().fetchFailures()).isEqualTo(1);
            assertThat(mesh.node("b").local().size()).isZero();
            assertThat(mesh.node("b").store().stats().entries()).isZero();
            assertThat(mesh.cache("a").find(key(1))).isPresent();
        }
    }

    private static void give(PeerStream exchange, Answer answer, ActionResult result) throws IOException {
        try (MessageStream conversation = new MessageStream(exchange)) {
            conversation.receive(ResultMessage.ResultRequest.class);
            answer.give(conversation, result);
        }
    }
}
