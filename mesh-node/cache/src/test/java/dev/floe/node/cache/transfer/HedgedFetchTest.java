package dev.floe.node.cache.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;

import dev.floe.node.cache.claims.LookupResult;
import dev.floe.node.cache.transfer.ResultFetcher.FetchResult;
import dev.floe.node.mesh.MeshOfNodes;
import dev.floe.node.mesh.state.Peer;
import dev.floe.node.rpc.stream.InProcessStream;
import dev.floe.store.actioncache.ActionKey;

/** A holder that does not serve a result, in whatever way, holds up nobody whom another holder could serve. */
final class HedgedFetchTest {
    private static final Duration SOON = Duration.ofMillis(5);
    private static final Duration NEVER = Duration.ofDays(1);
    private static final ActionKey KEY = MeshOfCaches.key(1);

    private final Map<Peer, PeerCall.Talk<FetchResult>> holders = new LinkedHashMap<>();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final CountDownLatch left = new CountDownLatch(1);

    private void holder(String name, PeerCall.Talk<FetchResult> talk) {
        holders.put(new Peer(MeshOfNodes.info(name), null, Duration.ZERO, false), talk);
    }

    private static void assertServed(FetchResult fetched, String holder) {
        assertThat(fetched).isInstanceOfSatisfying(FetchResult.Fetched.class,
                got -> assertThat(got.hit().node()).isEqualTo(holder));
    }

    private static FetchResult got(String holder) {
        return new FetchResult.Fetched(new LookupResult.Hit(KEY, MeshOfCaches.result(holder, KEY, 1), holder, true));
    }

    /** Until the call is given up. */
    private void freezes(String name) {
        holder(name, (conversation, _) -> {
            try {
                return new FetchResult.FetchFailed("read " + conversation.exchange().input().read());
            } finally {
                left.countDown();
            }
        });
    }

    private void serves(String name) {
        holder(name, (_, _) -> got(name));
    }

    private void fails(String name) {
        holder(name, (_, _) -> {
            throw new IOException("no disk");
        });
    }

    private FetchResult fetch(Duration nothingCame, Duration notDone) {
        HedgedFetch fetch = new HedgedFetch(nothingCame, notDone, this::begin, (holder, call, _) -> {
            try {
                return call.answer().join();
            } catch (CompletionException e) {
                return new FetchResult.FetchFailed(String.valueOf(e.getCause()));
            }
        });
        return fetch.from(List.copyOf(holders.keySet()), new FetchResult.NotHeld());
    }

    private PeerCall<FetchResult> begin(Peer holder) {
        asked.add(holder.info().name());
        PeerCall<FetchResult> call = new PeerCall<>(holder);
        PeerCall.Talk<FetchResult> talk = Objects.requireNonNull(holders.get(holder));
        CountDownLatch never = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> call.run(() -> InProcessStream.open("/result", exchange -> {
            exchange.onClosed(never::countDown);
            try {
                never.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }), talk));
        return call;
    }

    @Test
    void aFrozenHolderIsPassedOverAndGivenUp() throws InterruptedException {
        freezes("frozen");
        serves("well");
        assertServed(fetch(SOON, NEVER), "well");
        left.await();
    }

    @Test
    void twoFrozenHoldersArePassedOver() {
        freezes("one");
        freezes("two");
        serves("well");
        assertServed(fetch(SOON, NEVER), "well");
        assertThat(asked).containsExactlyInAnyOrder("one", "two", "well");
    }

    @Test
    void aHolderThatDripsIsPassedOver() {
        holder("drips", (conversation, call) -> {
            CountDownLatch gone = new CountDownLatch(1);
            conversation.exchange().onClosed(gone::countDown);
            while (gone.getCount() > 0 && left.getCount() > 0) {
                call.moved(1);
                Thread.onSpinWait();
            }
            return new FetchResult.NotHeld();
        });
        serves("well");
        assertServed(fetch(Duration.ofMillis(20), Duration.ofMillis(60)), "well");
        left.countDown();
    }

    @Test
    void aHolderThatFailsIsNotWaitedFor() {
        fails("broken");
        holder("without", (_, _) -> new FetchResult.NotHeld());
        serves("well");
        assertServed(fetch(NEVER, NEVER), "well");
    }

    @Test
    void onlyOneHolderIsAskedWhileItServes() {
        serves("well");
        serves("spare");
        assertServed(fetch(NEVER, NEVER), "well");
        assertThat(asked).containsExactly("well");
    }

    @Test
    void aSlowHolderStillServesIfTheNextFails() {
        CountDownLatch failed = new CountDownLatch(1);
        holder("slow", (_, _) -> {
            try {
                failed.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            return got("slow");
        });
        holder("broken", (_, _) -> {
            failed.countDown();
            throw new IOException("no disk");
        });
        assertServed(fetch(SOON, NEVER), "slow");
    }

    @Test
    void withoutAnyThatServesItSaysWhy() {
        assertThat(fetch(SOON, NEVER)).isEqualTo(new FetchResult.NotHeld());
        holder("without", (_, _) -> new FetchResult.NotHeld());
        assertThat(fetch(SOON, NEVER)).isEqualTo(new FetchResult.NotHeld());
        fails("broken");
        assertThat(fetch(SOON, NEVER)).isEqualTo(new FetchResult.FetchFailed("java.io.IOException: no disk"));
    }
}
