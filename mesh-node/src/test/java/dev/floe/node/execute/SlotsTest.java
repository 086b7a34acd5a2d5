package dev.floe.node.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.floe.node.execute.Slots.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class SlotsTest {
    private final AtomicInteger changes = new AtomicInteger();
    private final List<String> served = Collections.synchronizedList(new ArrayList<>());

    private Slots slots(int count) {
        return new Slots(count, changes::incrementAndGet);
    }

    private CompletableFuture<Slots.Lease> enqueue(Slots slots, Kind kind, String name) {
        CompletableFuture<Slots.Lease> turn = slots.enqueue(kind);
        var unused = turn.thenRun(() -> served.add(name));
        return turn;
    }

    @Test
    void givesWhatIsFreeAndCountsTheRest() {
        Slots slots = slots(2);
        slots.enqueue(Kind.FOREIGN).join();
        slots.enqueue(Kind.LOCAL).join();
        CompletableFuture<Slots.Lease> third = slots.enqueue(Kind.FOREIGN);
        assertThat(third).isNotDone();
        assertThat(slots.use()).isEqualTo(new Slots.Use(2, 2, 1));
        assertThat(slots.use().free()).isZero();
        assertThat(slots.tryTake()).isEmpty();
    }

    @Test
    void localCommandsHaveRoomBeforeAllOthersThatWait() {
        Slots slots = slots(2);
        assertThat(slots.roomForLocal()).isEqualTo(2);
        slots.enqueue(Kind.FOREIGN).join();
        slots.enqueue(Kind.FOREIGN).join();
        slots.enqueue(Kind.FOREIGN);
        assertThat(slots.roomForLocal()).as("the one that waits comes later").isZero();
        slots.enqueue(Kind.LOCAL);
        assertThat(slots.roomForLocal()).isEqualTo(-1);
    }

    @Test
    void servesLocalOnesFirstAndElseInOrder() {
        Slots slots = slots(1);
        Slots.Lease first = slots.enqueue(Kind.LOCAL).join();
        List<CompletableFuture<Slots.Lease>> line = List.of(enqueue(slots, Kind.FOREIGN, "f1"),
                enqueue(slots, Kind.FOREIGN, "f2"),
                enqueue(slots, Kind.LOCAL, "l1"), enqueue(slots, Kind.LOCAL, "l2"));
        first.close();
        line.get(2).join().close();
        line.get(3).join().close();
        line.get(0).join().close();
        line.get(1).join().close();
        assertThat(served).containsExactly("l1", "l2", "f1", "f2");
        assertThat(slots.use()).isEqualTo(new Slots.Use(1, 0, 0));
    }

    @Test
    void aWaiterThatLeavesTakesNoSlot() {
        Slots slots = slots(1);
        Slots.Lease first = slots.enqueue(Kind.LOCAL).join();
        CompletableFuture<Slots.Lease> gone = enqueue(slots, Kind.FOREIGN, "gone");
        CompletableFuture<Slots.Lease> stays = enqueue(slots, Kind.FOREIGN, "stays");
        gone.cancel(false);
        assertThat(slots.use().waiting()).isEqualTo(1);
        first.close();
        assertThat(stays).isCompleted();
        assertThat(served).containsExactly("stays");
        assertThatThrownBy(gone::join).isInstanceOf(CancellationException.class);
        stays.join().close();
        assertThat(slots.use()).isEqualTo(new Slots.Use(1, 0, 0));
    }

    @Test
    void aLeaseCountsOnceHoweverOftenItIsClosed() {
        Slots slots = slots(1);
        Slots.Lease lease = slots.tryTake().orElseThrow();
        lease.close();
        lease.close();
        assertThat(slots.use()).isEqualTo(new Slots.Use(1, 0, 0));
    }

    @Test
    void givesUpWaitingWhenTheTimeIsUp() throws InterruptedException {
        Slots slots = slots(1);
        try (Slots.Lease lease = slots.take(Kind.LOCAL, Duration.ofMinutes(1)).orElseThrow()) {
            assertThat(slots.take(Kind.LOCAL, Duration.ZERO)).isEmpty();
            assertThat(slots.use()).isEqualTo(new Slots.Use(1, 1, 0));
            assertThat(lease).isNotNull();
        }
    }

    @Test
    void leavesTheLineWhenInterrupted() throws Exception {
        Slots slots = slots(0);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiter = Thread.ofVirtual().start(() -> {
            try {
                interrupted.complete(slots.take(Kind.FOREIGN, Duration.ofMinutes(1)).isEmpty() && false);
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        waiter.interrupt();
        assertThat(interrupted.get()).isTrue();
        assertThat(slots.use()).isEqualTo(new Slots.Use(0, 0, 0));
    }

    @Test
    void saysWhenItsUseChanges() {
        Slots slots = slots(1);
        Slots.Lease lease = slots.enqueue(Kind.LOCAL).join();
        assertThat(changes.getAndSet(0)).isPositive();
        slots.enqueue(Kind.LOCAL);
        assertThat(changes.getAndSet(0)).isPositive();
        lease.close();
        assertThat(changes.get()).isPositive();
    }

    @Test
    void refusesFewerThanNone() {
        assertThatThrownBy(() -> slots(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void neverGivesMoreThanThereAreAndServesAllWhoStay() throws Exception {
        for (int seed = 0; seed < 5; seed++) {
            Random random = new Random(seed);
            int count = 1 + random.nextInt(6);
            Slots slots = slots(count);
            AtomicInteger holding = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> all = new ArrayList<>();
                for (int i = 0; i < 500; i++) {
                    long its = random.nextLong();
                    all.add(threads.submit(() -> useOne(slots, new Random(its), holding, most)));
                }
                for (Future<?> one : all) {
                    one.get();
                }
            }
            assertThat(most.get()).as("seed %d", seed).isBetween(1, count);
            assertThat(slots.use()).as("seed %d", seed).isEqualTo(new Slots.Use(count, 0, 0));
        }
    }

    private static void useOne(Slots slots, Random random, AtomicInteger holding, AtomicInteger most) {
        CompletableFuture<Slots.Lease> turn = slots.enqueue(random.nextBoolean() ? Kind.LOCAL : Kind.FOREIGN);
        if (random.nextInt(4) == 0 && turn.cancel(false)) {
            return;
        }
        try (Slots.Lease lease = turn.join()) {
            int now = holding.incrementAndGet();
            most.accumulateAndGet(now, Math::max);
            for (int i = random.nextInt(20); i > 0; i--) {
                Thread.yield();
            }
            holding.decrementAndGet();
            if (random.nextBoolean()) {
                lease.close();
            }
        }
    }

    @Test
    void servesThoseLastForWhomNobodyWaits() {
        Slots slots = new Slots(1, () -> {});
        var first = slots.enqueue(Slots.Kind.LOCAL);
        var background = slots.enqueue(Slots.Kind.BACKGROUND);
        var foreign = slots.enqueue(Slots.Kind.FOREIGN);
        var local = slots.enqueue(Slots.Kind.LOCAL);
        first.join().close();
        assertThat(local).isDone();
        local.join().close();
        assertThat(background).isNotDone();
        foreign.join().close();
        assertThat(background).isDone();
        background.join().close();
        assertThat(slots.use()).isEqualTo(new Slots.Use(1, 0, 0));
    }
}
