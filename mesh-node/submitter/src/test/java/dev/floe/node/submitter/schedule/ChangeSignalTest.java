package dev.floe.node.submitter.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ChangeSignalTest {
    private final ReentrantLock lock = new ReentrantLock();
    private final ChangeSignal changes = new ChangeSignal(lock);

    @BeforeEach
    void lock() {
        lock.lock();
    }

    @AfterEach
    void unlock() {
        lock.unlock();
    }

    @Test
    void doesNotWaitForWhatHasHappened() throws IOException {
        long seen = changes.count();
        changes.signal();
        changes.await(seen, Duration.ofDays(1));
        assertThat(changes.count()).isEqualTo(seen + 1);
    }

    @Test
    void waitsNoLongerThanTheLimit() throws IOException {
        changes.await(changes.count(), Duration.ZERO);
        assertThat(changes.count()).isZero();
    }

    @Test
    void lookingForRoomIsNoChange() {
        changes.looked(true);
        changes.passOn();
        assertThat(changes.count()).isZero();
        assertThat(changes.hasWaiters()).isFalse();
    }

    @Test
    void anInterruptedJobIsToldThatTheNodeStops() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> changes.await(0, Duration.ofDays(1))).isInstanceOf(IOException.class)
                .hasMessageContaining("stopping");
        assertThat(Thread.interrupted()).isTrue();
    }
}
