package dev.floe.node.submitter.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;

final class LocalSlotQueueTest {
    private final SlotPool slots = new SlotPool(1);
    private final LocalSlotQueue queue = new LocalSlotQueue(slots);
    private final CompletableFuture<Void> staying = new CompletableFuture<>();

    private LocalSlotQueue.LocalSlot acquire(String name) throws IOException {
        return queue.acquire(name, staying, () -> {});
    }

    @Test
    void aSlotIsGivenBackWhenTheCommandEnds() throws IOException {
        acquire("a").close();
        try (LocalSlotQueue.LocalSlot _ = acquire("b")) {
            assertThat(slots.use().running()).isEqualTo(1);
        }
        assertThat(slots.use().running()).isZero();
    }

    @Test
    void theSlotsCountTheCommandBeforeItWaits() throws IOException {
        AtomicInteger room = new AtomicInteger();
        try (LocalSlotQueue.LocalSlot _ = queue.acquire("a", staying, () -> room.set(slots.roomForLocal()))) {
            assertThat(room).hasValue(0);
        }
    }

    @Test
    void aCommandThatNobodyWantsAnyMoreLeavesTheLine() throws Exception {
        try (LocalSlotQueue.LocalSlot _ = acquire("a")) {
            CompletableFuture<Void> gone = new CompletableFuture<>();
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> assertThatExceptionOfType(
                    WrapperDisconnectedException.class).isThrownBy(() -> queue.acquire("b", gone, () -> {})));
            await().atMost(Duration.ofMinutes(5)).until(() -> slots.use().waiting() == 1);
            gone.complete(null);
            waiting.get();
            assertThat(slots.use().waiting()).isZero();
        }
    }

    @Test
    void aCommandBelowAnotherGetsTheSlotOfThatOne() throws IOException {
        try (LocalSlotQueue.LocalSlot above = acquire("a")) {
            above.markReentrant();
            queue.releaseParentSlot("a");
            assertThat(slots.use().running()).isZero();
            try (LocalSlotQueue.LocalSlot _ = acquire("b")) {
                assertThat(slots.use().running()).isEqualTo(1);
            }
        }
        assertThat(slots.use().running()).isZero();
    }

    @Test
    void aCommandOfWhichItIsKnownWhatItRunsKeepsItsSlot() throws IOException {
        try (LocalSlotQueue.LocalSlot _ = acquire("a")) {
            queue.releaseParentSlot("a");
            queue.releaseParentSlot("unknown");
            assertThat(slots.use().running()).isEqualTo(1);
        }
    }
}
