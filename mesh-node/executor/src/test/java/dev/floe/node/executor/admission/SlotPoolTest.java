package dev.floe.node.executor.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

import dev.floe.node.executor.admission.SlotPool.SlotPriority;

final class SlotPoolTest {
    private final AtomicInteger changes = new AtomicInteger();
    private final List<String> served = Collections.synchronizedList(new ArrayList<>());

    private SlotPool slots(int count) {
        SlotPool pool = new SlotPool(count);
        pool.onChange(changes::incrementAndGet);
        return pool;
    }

    private CompletableFuture<SlotPool.Lease> enqueue(SlotPool slots, SlotPriority kind, String name) {
        CompletableFuture<SlotPool.Lease> turn = slots.enqueue(kind);
        var unused = turn.thenRun(() -> served.add(name));
        return turn;
    }

    @Test
    void givesWhatIsFreeAndCountsTheRest() {
        SlotPool slots = slots(2);
        slots.enqueue(SlotPriority.FOREIGN).join();
        slots.enqueue(SlotPriority.LOCAL).join();
        CompletableFuture<SlotPool.Lease> third = slots.enqueue(SlotPriority.FOREIGN);
        assertThat(third).isNotDone();
        assertThat(slots.use()).isEqualTo(new SlotPool.SlotUsage(2, 2, 1));
        assertThat(slots.use().free()).isZero();
    }

    @Test
    void moreSlotsServeThoseWhoWait() {
        SlotPool slots = slots(1);
        slots.enqueue(SlotPriority.FOREIGN).join();
        CompletableFuture<SlotPool.Lease> second = slots.enqueue(SlotPriority.FOREIGN);
        assertThat(second).isNotDone();
        slots.resize(2);
        assertThat(second).isDone();
        assertThat(slots.use()).isEqualTo(new SlotPool.SlotUsage(2, 2, 0));
    }

    @Test
    void fewerSlotsTakeNoneAwayAndGiveNoneUntilEnoughAreBack() {
        SlotPool slots = slots(2);
        SlotPool.Lease first = slots.enqueue(SlotPriority.FOREIGN).join();
        SlotPool.Lease second = slots.enqueue(SlotPriority.FOREIGN).join();
        slots.resize(1);
        CompletableFuture<SlotPool.Lease> third = slots.enqueue(SlotPriority.FOREIGN);
        assertThat(slots.use()).isEqualTo(new SlotPool.SlotUsage(1, 2, 1));
        first.close();
        assertThat(third).isNotDone();
        second.close();
        assertThat(third).isDone();
        assertThat(slots.use()).isEqualTo(new SlotPool.SlotUsage(1, 1, 0));
    }

    @Test
    void localCommandsHaveRoomBeforeAllOthersThatWait() {
        SlotPool slots = slots(2);
        assertThat(slots.roomForLocal()).isEqualTo(2);
        slots.enqueue(SlotPriority.FOREIGN).join();
        slots.enqueue(SlotPriority.FOREIGN).join();
        slots.enqueue(SlotPriority.FOREIGN);
        assertThat(slots.roomForLocal()).as("the one that waits comes later").isZero();
        slots.enqueue(SlotPriority.LOCAL);
        assertThat(slots.roomForLocal()).isEqualTo(-1);
    }

    @Test
    void servesLocalOnesFirstAndElseInOrder() {
        SlotPool slots = slots(1);
        SlotPool.Lease first = slots.enqueue(SlotPriority.LOCAL).join();
        List<CompletableFuture<SlotPool.Lease>> line = List.of(enqueue(slots, SlotPriority.FOREIGN, "f1"),
                enqueue(slots, SlotPriority.FOREIGN, "f2"),
                enqueue(slots, SlotPriority.LOCAL, "l1"), enqueue(slots, SlotPriority.LOCAL, "l2"));
        first.close();
        line.get(2).join().close();
        line.get(3).join().close();
        line.get(0).join().close();
        line.get(1).join().close();
        assertThat(served).containsExactly("l1", "l2", "f1", "f2");
        assertThat(slots.use()).isEqualTo(new SlotPool.SlotUsage(1, 0, 0));
    }

    @Test
    void aWaiterThatLeavesTakesNoSlot() {
        SlotPool slots = slots(1);
        SlotPool.Lease first = slots.enqueue(SlotPriority.LOCAL).join();
        CompletableFuture<SlotPool.Lease> gone = enqueue(slots, SlotPriority.FOREIGN, "gone");
        CompletableFuture<SlotPool.Lease> stays = enqueue(slots, SlotPriority.FOREIGN, "stays");
        gone.cancel(false);
        assertThat(slots.use().waiting()).isEqualTo(1);
        first.close();
        assertThat(stays).isCompleted();
        assertThat(served).containsExactly("stays");
        assertThatThrownBy(gone::join).isInstanceOf(CancellationException.class);
        stays.join().close();
        assertThat(slots.use()).isEqualTo(new SlotPool.SlotUsage(1, 0, 0));
    }

    @Test
    void aLeaseCountsOnceHoweverOftenItIsClosed() {
        SlotPool slots = slots(1);
        SlotPool.Lease lease = slots.enqueue(SlotPriority.LOCAL).join();
        lease.close();
        lease.close();
        assertThat(slots.use()).isEqualTo(new SlotPool.SlotUsage(1, 0, 0));
    }

    @Test
    void saysWhenItsUseChanges() {
        SlotPool slots = slots(1);
        SlotPool.Lease lease = slots.enqueue(SlotPriority.LOCAL).join();
        assertThat(changes.getAndSet(0)).isPositive();
        slots.enqueue(SlotPriority.LOCAL);
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
            SlotPool slots = slots(count);
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
            assertThat(slots.use()).as("seed %d", seed).isEqualTo(new SlotPool.SlotUsage(count, 0, 0));
        }
    }

    private static void useOne(SlotPool slots, Random random, AtomicInteger holding, AtomicInteger most) {
        CompletableFuture<SlotPool.Lease> turn = slots
                .enqueue(random.nextBoolean() ? SlotPriority.LOCAL : SlotPriority.FOREIGN);
        if (random.nextInt(4) == 0 && turn.cancel(false)) {
            return;
        }
        try (SlotPool.Lease lease = turn.join()) {
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
        SlotPool slots = new SlotPool(1);
        var first = slots.enqueue(SlotPool.SlotPriority.LOCAL);
        var background = slots.enqueue(SlotPool.SlotPriority.BACKGROUND);
        var foreign = slots.enqueue(SlotPool.SlotPriority.FOREIGN);
        var local = slots.enqueue(SlotPool.SlotPriority.LOCAL);
        first.join().close();
        assertThat(local).isDone();
        local.join().close();
        assertThat(background).isNotDone();
        foreign.join().close();
        assertThat(background).isDone();
        background.join().close();
        assertThat(slots.use()).isEqualTo(new SlotPool.SlotUsage(1, 0, 0));
    }
}
