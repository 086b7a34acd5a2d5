package dev.floe.node.rpc.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;

import org.junit.jupiter.api.Test;

import dev.floe.node.rpc.messages.JobMessage;

/** Another thread ends what a thread waits for. */
final class ActiveStreamTest {
    private static final Duration LONG = Duration.ofDays(1);

    private final ActiveStream active = new ActiveStream();
    private final CountDownLatch opened = new CountDownLatch(1);

    /** A stream whose peer says nothing until the stream ends. */
    private MessageStream silent() {
        return new MessageStream(InProcessStream.open("/test", exchange -> {
            opened.countDown();
            try {
                exchange.input().transferTo(OutputStream.nullOutputStream());
            } catch (IOException _) {
                // it has been closed
            }
        }));
    }

    private static <T> FutureTask<T> inBackground(FutureTask<T> task) {
        Thread.ofVirtual().start(task);
        return task;
    }

    @Test
    void closingEndsTheStream() throws Exception {
        MessageStream stream = active.begin(silent());
        FutureTask<Object> reading = inBackground(new FutureTask<>(() -> stream.receive(JobMessage.class)));
        opened.await();
        active.close();
        assertThatThrownBy(reading::get).hasCauseInstanceOf(IOException.class);
    }

    @Test
    void closingLeavesAStreamThatHasEnded() throws Exception {
        try (MessageStream stream = active.begin(silent())) {
            active.end();
            active.close();
            stream.send(new JobMessage.ExecutionStarted(0));
            stream.flush();
        }
    }

    @Test
    void nothingBeginsOnceItIsClosed() {
        active.close();
        MessageStream stream = silent();
        assertThatThrownBy(() -> active.begin(stream)).hasMessage("this node is closing");
        assertThatThrownBy(() -> stream.receive(JobMessage.class)).isInstanceOf(IOException.class);
        assertThat(active.isClosed()).isTrue();
    }

    @Test
    void closingEndsAPause() throws Exception {
        FutureTask<Boolean> pausing = inBackground(new FutureTask<>(() -> active.pause(LONG)));
        active.close();
        assertThat(pausing.get()).isFalse();
        assertThat(active.pause(LONG)).isFalse();
    }

    @Test
    void wakingEndsAPause() throws Exception {
        FutureTask<Boolean> pausing = inBackground(new FutureTask<>(() -> active.pause(LONG)));
        while (!pausing.isDone()) {
            active.wake();
            Thread.onSpinWait();
        }
        assertThat(pausing.get()).isTrue();
    }

    @Test
    void aPauseEndsByItself() throws InterruptedException {
        assertThat(active.pause(Duration.ofNanos(1))).isTrue();
    }
}
