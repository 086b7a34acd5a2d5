package dev.floe.node.cache.claims;

import static dev.floe.node.cache.transfer.MeshOfCaches.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import dev.floe.node.cache.claims.LookupResult.Claimed;
import dev.floe.node.cache.claims.LookupResult.Hit;
import dev.floe.node.cache.claims.LookupResult.InFlight;
import dev.floe.node.cache.transfer.CacheContext;
import dev.floe.node.cache.transfer.MeshOfCaches;

/** Two that want the same result within a moment: one makes it, and both get it. */
final class InFlightResultsInMeshTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    Path dir;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void ofTwoAtOnceOneMakesItAndBothGetIt() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a", "b", "c")) {
            for (List<String> two : List.of(List.of("a", "b"), List.of("b", "c"), List.of("c", "c"))) {
                for (int round = 0; round < 10; round++) {
                    makeOnce(mesh, two, round + 100 * (two.getFirst().charAt(0) + 10 * two.getLast().charAt(0)));
                }
            }
        }
    }

    /** A node that is too busy to answer is not asked for a moment; whoever would wait for it makes it too. */
    private static LookupResult lookup(MeshOfCaches mesh, String name, int number) {
        while (true) {
            LookupResult found = mesh.cache(name).lookup(key(number));
            if (!(found instanceof LookupResult.Miss(String reason) && reason.contains("does not answer"))) {
                return found;
            }
            Thread.onSpinWait();
        }
    }

    private void makeOnce(MeshOfCaches mesh, List<String> two, int number) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<Boolean>> lookups = new ArrayList<>();
        for (String name : two) {
            lookups.add(threads.submit(() -> {
                start.await();
                return switch (lookup(mesh, name, number)) {
                    case Claimed(ResultClaim claim) -> {
                        try (claim) {
                            mesh.keep(name, key(number));
                            claim.done(key(number));
                        }
                        yield true;
                    }
                    case InFlight(PendingResult waiting) -> {
                        assertThat(waiting.await(LONG, new CompletableFuture<>())).isPresent();
                        yield false;
                    }
                    case Hit _ -> false;
                    case LookupResult.Miss(String reason) -> throw new AssertionError(reason);
                };
            }));
        }
        start.countDown();
        int made = 0;
        for (Future<Boolean> lookup : lookups) {
            made += lookup.get() ? 1 : 0;
        }
        assertThat(made).as("how often %s was made for %s", number, two).isEqualTo(1);
    }

    @Test
    void whoWaitsGetsWhatAThirdMadeUnderAnotherKey() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a", "b", "c")) {
            ResultClaim claim = claim(mesh, "a");
            Future<Optional<Hit>> waiting = waitAt(mesh, "b", new CompletableFuture<>());
            Future<Optional<Hit>> besides = waitAt(mesh, "a", new CompletableFuture<>());
            claim.done(key(2));
            mesh.keep("c", key(2));
            assertThat(waiting.get()).isPresent();
            assertThat(besides.get()).isPresent();
            assertThat(mesh.cache("b").stats().waitHits()).isEqualTo(1);
            await().atMost(Duration.ofMinutes(5)).until(() -> mesh.cache("b").lookup(key(1)) instanceof Claimed);
        }
    }

    @Test
    void aClaimGivenUpLetsOthersMakeIt() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a", "b")) {
            ResultClaim claim = claim(mesh, "a");
            Future<Optional<Hit>> waiting = waitAt(mesh, "b", new CompletableFuture<>());
            Future<Optional<Hit>> besides = waitAt(mesh, "a", new CompletableFuture<>());
            claim.close();
            assertThat(waiting.get()).isEmpty();
            assertThat(besides.get()).isEmpty();
            await().atMost(Duration.ofMinutes(5)).until(() -> mesh.cache("b").lookup(key(1)) instanceof Claimed);
        }
    }

    @Test
    void aClaimOfAKilledNodeEndsTheWait() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a", "b")) {
            claim(mesh, "a");
            Future<Optional<Hit>> waiting = waitAt(mesh, "b", new CompletableFuture<>());
            await().atMost(Duration.ofMinutes(5)).until(() -> mesh.cache("b").stats().waits() == 1);
            mesh.kill("a");
            assertThat(waiting.get()).isEmpty();
            mesh.awaitAllSee("b");
            await().atMost(Duration.ofMinutes(5)).until(() -> mesh.cache("b").lookup(key(1)) instanceof Claimed);
        }
    }

    @Test
    void nobodyWaitsLongerThanHeWants() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a", "b")) {
            ResultClaim claim = claim(mesh, "a");
            for (String name : List.of("a", "b")) {
                CompletableFuture<Void> gone = new CompletableFuture<>();
                Future<Optional<Hit>> waiting = waitAt(mesh, name, gone);
                gone.cancel(false);
                assertThat(waiting.get()).isEmpty();
                assertThat(busy(mesh, name).await(Duration.ofMillis(1), new CompletableFuture<>())).isEmpty();
            }
            claim.close();
        }
    }

    @Test
    void aClaimOfAnEarlierLifeDoesNotCount() throws Exception {
        try (MeshOfCaches mesh = new MeshOfCaches(dir, "a", "b")) {
            mesh.mesh().get("a").results().claim(CacheContext.indexed(key(1)), 99);
            assertThat(busy(mesh, "b").await(LONG, new CompletableFuture<>())).as("a knows nothing of it").isEmpty();
            mesh.mesh().get("a").results().claim(CacheContext.indexed(key(2)), 99);
            assertThat(mesh.cache("a").lookup(key(2))).isInstanceOf(Claimed.class);
        }
    }

    private static ResultClaim claim(MeshOfCaches mesh, String name) {
        return mesh.cache(name).lookup(key(1)) instanceof Claimed(ResultClaim claim) ? claim : failed();
    }

    private static ResultClaim failed() {
        throw new AssertionError("not claimed");
    }

    private static PendingResult busy(MeshOfCaches mesh, String name) {
        LookupResult lookup = mesh.cache(name).lookup(key(1));
        assertThat(lookup).isInstanceOf(InFlight.class);
        return ((InFlight) lookup).waiting();
    }

    private Future<Optional<Hit>> waitAt(MeshOfCaches mesh, String name, CompletableFuture<Void> gone) {
        PendingResult waiting = busy(mesh, name);
        return threads.submit(() -> waiting.await(LONG, gone));
    }
}
