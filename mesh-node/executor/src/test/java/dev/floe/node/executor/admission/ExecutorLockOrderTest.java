package dev.floe.node.executor.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import dev.floe.node.bounds.LockRank;
import dev.floe.node.bounds.OrderedLock;

/** Who may call whom with its lock held: what is written at {@link LockRank}, shown with the classes themselves. */
final class ExecutorLockOrderTest {
    private final OrderedLock scheduler = new OrderedLock(LockRank.SUBMITTER_SCHEDULER);
    private final OrderedLock mesh = new OrderedLock(LockRank.MESH_STATE);
    private final SlotPool slots = new SlotPool(1);
    private final AdmissionController admission = new AdmissionController(slots);

    @Test
    void theSchedulerAsksForRoomWithItsLockHeld() {
        scheduler.lock();
        try {
            assertThat(admission.roomForLocal()).isEqualTo(1);
            assertThat(admission.use().free()).isEqualTo(1);
        } finally {
            scheduler.unlock();
        }
    }

    @Test
    void admissionDoesNotCallTheSchedulerBack() {
        AdmissionController wrong = new AdmissionController(() -> {
            scheduler.lock();
            try {
                return slots.use();
            } finally {
                scheduler.unlock();
            }
        }, slots::roomForLocal, System::nanoTime);
        assertThatThrownBy(wrong::use).isInstanceOf(AssertionError.class).hasMessageContaining("ADMISSION");
    }

    @Test
    void theMeshDoesNotAskForTheSlotsWithItsLockHeld() {
        mesh.lock();
        try {
            assertThatThrownBy(slots::use).isInstanceOf(AssertionError.class).hasMessageContaining("MESH_STATE");
        } finally {
            mesh.unlock();
        }
    }

    @Test
    void whoListensToTheSlotsMayTakeAnyLock() {
        AtomicInteger calls = new AtomicInteger();
        slots.onChange(() -> {
            scheduler.lock();
            try {
                calls.incrementAndGet();
                assertThat(admission.use().slots()).isEqualTo(1);
            } finally {
                scheduler.unlock();
            }
        });
        slots.enqueue(SlotPool.SlotPriority.LOCAL).join().close();
        assertThat(calls).hasValueGreaterThan(1);
    }
}
