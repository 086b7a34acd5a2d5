package dev.floe.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;

final class BackgroundStartTest {
    @Test
    void runsWhileOtherThingsStart() throws Exception {
        CountDownLatch others = new CountDownLatch(1);
        AtomicBoolean done = new AtomicBoolean();
        BackgroundStart start = new BackgroundStart("test", () -> {
            try {
                others.await();
            } catch (InterruptedException e) {
                throw new IOException("interrupted", e);
            }
            done.set(true);
        });
        start.begin();
        others.countDown();
        start.await();
        assertThat(done).isTrue();
    }

    @Test
    void passesOnWhyItFailed() throws Exception {
        BackgroundStart full = new BackgroundStart("test", () -> {
            throw new IOException("the port is taken");
        });
        full.begin();
        full.awaitEnd();
        assertThatThrownBy(full::await).isInstanceOf(IOException.class).hasMessage("the port is taken");
        BackgroundStart broken = new BackgroundStart("test", () -> {
            throw new IllegalArgumentException("broken");
        });
        broken.begin();
        assertThatThrownBy(broken::await).isInstanceOf(IllegalArgumentException.class).hasMessage("broken");
    }

    @Test
    void isBegunBeforeItIsWaitedFor() throws Exception {
        BackgroundStart never = new BackgroundStart("test", () -> {});
        never.awaitEnd();
        assertThatIllegalStateException().isThrownBy(never::await).withMessage("test was not begun");
    }
}
