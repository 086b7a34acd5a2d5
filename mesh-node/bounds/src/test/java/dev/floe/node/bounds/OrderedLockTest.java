package dev.floe.node.bounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;

import org.junit.jupiter.api.Test;

final class OrderedLockTest {
    private final OrderedLock outer = new OrderedLock(LockRank.SUBMITTER_SCHEDULER);
    private final OrderedLock inner = new OrderedLock(LockRank.SLOT_POOL);

    private static void hold(OrderedLock lock, Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    @Test
    void isTakenInOrder() {
        hold(outer, () -> hold(inner, () -> assertThat(inner.isHeldByCurrentThread()).isTrue()));
        hold(inner, () -> assertThat(outer.isHeldByCurrentThread()).isFalse());
        hold(outer, () -> assertThat(inner.isLocked()).isFalse());
    }

    @Test
    void isNotTakenOutOfOrder() {
        assertThatThrownBy(() -> hold(inner, () -> hold(outer, () -> {}))).isInstanceOf(AssertionError.class)
                .hasMessageContaining("SUBMITTER_SCHEDULER while it holds SLOT_POOL");
        assertThat(outer.isLocked()).isFalse();
        assertThat(inner.isLocked()).isFalse();
        hold(outer, () -> hold(inner, () -> {}));
    }

    @Test
    void twoOfOneRankAreNotTakenTogether() {
        OrderedLock other = new OrderedLock(LockRank.SLOT_POOL);
        assertThatThrownBy(() -> hold(inner, () -> hold(other, () -> {}))).isInstanceOf(AssertionError.class);
    }

    @Test
    void isTakenAgainByItsHolder() {
        hold(outer, () -> hold(inner, () -> hold(outer, () -> assertThat(outer.getHoldCount()).isEqualTo(2))));
        assertThat(outer.isLocked()).isFalse();
    }

    @Test
    void isTriedInAnyOrderSinceThatDoesNotWait() {
        hold(inner, () -> {
            assertThat(outer.tryLock()).isTrue();
            outer.unlock();
        });
        hold(outer, () -> hold(inner, () -> {}));
    }

    @Test
    void whatAnotherThreadHoldsDoesNotMatter() throws Exception {
        inner.lock();
        try {
            CompletableFuture.runAsync(() -> hold(outer, () -> {})).get();
        } finally {
            inner.unlock();
        }
    }

    @Test
    void waitsForAConditionAndHoldsItAfterwards() throws InterruptedException {
        Condition never = outer.newCondition();
        outer.lock();
        try {
            assertThat(never.await(1, TimeUnit.NANOSECONDS)).isFalse();
            hold(inner, () -> {});
            assertThat(outer.isHeldByCurrentThread()).isTrue();
        } finally {
            outer.unlock();
        }
    }
}
