package dev.floe.node.submitter.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Actions that are repeated, and those of one period, which are called together. */
final class TimeoutSchedulerTest {
    private static final Duration PERIOD = Duration.ofMillis(500);

    private final ManualTimer timer = new ManualTimer();
    private final TimeoutScheduler timeouts = new TimeoutScheduler(timer);
    private final List<String> calls = new ArrayList<>();

    /** Calls what is to be called again and again when the test says so. */
    private static final class ManualTimer extends ScheduledThreadPoolExecutor {
        private final List<Runnable> ticks = new ArrayList<>();
        private final List<ScheduledFuture<?>> scheduled = new ArrayList<>();

        ManualTimer() {
            super(1);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay,
                TimeUnit unit) {
            ticks.add(command);
            ScheduledFuture<?> later = super.scheduleWithFixedDelay(command, 1, 1, TimeUnit.DAYS);
            scheduled.add(later);
            return later;
        }
    }

    @AfterEach
    void close() {
        timeouts.close();
    }

    private TimeoutScheduler.Cancellable everyTogether(String name) {
        return timeouts.everyTogether(PERIOD, () -> calls.add(name));
    }

    @Test
    void actionsOfOnePeriodAreCalledByOneTask() {
        everyTogether("a");
        everyTogether("b");
        assertThat(timer.ticks).hasSize(1);
        timer.ticks.getFirst().run();
        assertThat(calls).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whatIsClosedIsNotCalled() {
        everyTogether("a").close();
        everyTogether("b");
        timer.ticks.getFirst().run();
        assertThat(calls).containsExactly("b");
    }

    @Test
    void theTaskEndsWhenNothingIsLeftAndBeginsAgain() {
        everyTogether("a").close();
        assertThat(timer.scheduled.getFirst().isCancelled()).as("more may come").isFalse();
        timer.ticks.getFirst().run();
        assertThat(timer.scheduled.getFirst().isCancelled()).isTrue();
        everyTogether("b");
        assertThat(timer.ticks).hasSize(2);
        timer.ticks.getLast().run();
        assertThat(calls).containsExactly("b");
    }

    @Test
    void anActionOfItsOwnIsRepeatedAlsoAfterItHasFailed() {
        timeouts.every(PERIOD, () -> {
            calls.add("fails");
            throw new IllegalStateException();
        });
        timer.ticks.getFirst().run();
        timer.ticks.getFirst().run();
        assertThat(calls).containsExactly("fails", "fails");
    }

    @Test
    void anActionThatThrowsDoesNotEndTheOthers() {
        timeouts.everyTogether(PERIOD, () -> {
            calls.add("throws");
            throw new IllegalStateException();
        });
        everyTogether("a");
        timer.ticks.getFirst().run();
        timer.ticks.getFirst().run();
        assertThat(calls).containsExactlyInAnyOrder("throws", "a", "throws", "a");
    }
}
