package dev.floe.node.top.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class NodeFeedTest {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    private final Queue<NodeFeed.Source> sources = new ArrayDeque<>();
    private final NodeFeed feed = new NodeFeed(this::watch, Duration.ZERO, new NodeFeed.NodeFeedListener() {
        @Override
        public void receive(WatchLine line) {
            if (line instanceof WatchLine.UnknownLine) {
                throw new IllegalStateException("cannot show it");
            }
            told.add("line");
        }

        @Override
        public void lose(String why) {
            told.add(why);
        }
    });

    /** Each source serves one attempt; those after the last do nothing. */
    private void watch(Consumer<String> line) throws IOException {
        NodeFeed.Source next = sources.poll();
        if (next != null) {
            next.watch(line);
        }
    }

    @AfterEach
    void close() {
        feed.close();
    }

    private List<String> told(int count) throws InterruptedException {
        String[] first = new String[count];
        for (int i = 0; i < count; i++) {
            first[i] = told.take();
        }
        return List.of(first);
    }

    @Test
    void watchesAgainWhenTheNodeHasGone() throws InterruptedException {
        sources.add(_ -> {
            throw new IOException("connection refused");
        });
        sources.add(line -> line.accept("{\"restart\":true}"));
        feed.start();
        assertThat(told(2)).containsExactly("connection refused", "line");
    }

    @Test
    void aLineThatCannotBeShownIsToldAndTheWatchingGoesOn() throws InterruptedException {
        sources.add(line -> line.accept("{}"));
        sources.add(line -> line.accept("{\"restart\":true}"));
        feed.start();
        assertThat(told(2)).containsExactly(
                "what the node reports cannot be read: cannot show it; use one release on all nodes", "line");
    }
}
