package dev.floe.node.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

import org.junit.jupiter.api.Test;

final class LongRequestTest {
    @Test
    void aRequestOfAVirtualThreadHoldsNoCarrier() {
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try {
                LongRequest.run("test", () -> worker.complete(Thread.currentThread()));
            } catch (IOException e) {
                worker.completeExceptionally(e);
            }
        });
        assertThat(worker.join().isVirtual()).isFalse();
    }

    @Test
    void aFailureIsThatOfTheWork() {
        IOException failure = new IOException("no room");
        assertThatThrownBy(() -> LongRequest.run("test", () -> {
            throw failure;
        })).isSameAs(failure);
        IllegalArgumentException wrong = new IllegalArgumentException("no key");
        assertThatThrownBy(() -> LongRequest.run("test", () -> {
            throw wrong;
        })).isSameAs(wrong);
    }
}
