package dev.floe.node.toolchains.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import dev.floe.node.bounds.AddressText;
import dev.floe.store.FailureText;

/**
 * Questions to the holders of a toolchain, hedged: the next holder is asked as soon as the one before it fails or
 * brings nothing for a moment. The first answer counts, and the other questions are given up. A holder that was quiet
 * is asked last from then on, so a frozen one costs a fetch of many chunks that moment once. One object serves one
 * fetch, on one thread.
 */
public final class HedgedRequest {
    static final Duration NOTHING_CAME = Duration.ofMillis(500);
    /** After this time without a byte from any holder, all are given up. */
    static final Duration GIVEN_UP = Duration.ofSeconds(8);

    private final Duration nothingCame;
    private final Duration givenUp;
    private final Set<InetSocketAddress> quiet = ConcurrentHashMap.newKeySet();

    public HedgedRequest() {
        this(NOTHING_CAME, GIVEN_UP);
    }

    HedgedRequest(Duration nothingCame, Duration givenUp) {
        this.nothingCame = nothingCame;
        this.givenUp = givenUp;
    }

    /** Asks one holder; blocks. */
    @FunctionalInterface
    public interface HolderRequest<T> {
        /**
         * @param came   told of bytes as they come
         * @param opened told of what ends the question when it is closed
         */
        T ask(InetSocketAddress holder, Consumer<Integer> came, Consumer<Runnable> opened) throws IOException;
    }

    /** A question under way; closed by the thread that waits for it, answered by its own. */
    private static final class HedgedAttempt<T> {
        private final InetSocketAddress holder;
        private final AtomicLong bytes = new AtomicLong();
        private @Nullable Runnable end; // this and over: guarded by this object
        private boolean over;
        private @Nullable T answer; // this and failure: written before it is queued
        private @Nullable String failure;

        HedgedAttempt(InetSocketAddress holder) {
            this.holder = holder;
        }

        synchronized void opened(Runnable how) {
            if (over) {
                how.run();
            } else {
                end = how;
            }
        }

        synchronized void giveUp() {
            over = true;
            if (end != null) {
                end.run();
            }
        }
    }

    /** @throws HolderFailedException if none has answered; says what came of each */
    public <T> T first(List<InetSocketAddress> holders, HolderRequest<T> question) throws HolderFailedException {
        List<InetSocketAddress> order = new ArrayList<>(holders);
        order.sort((one, other) -> Boolean.compare(quiet.contains(one), quiet.contains(other)));
        BlockingQueue<HedgedAttempt<T>> ended = new LinkedBlockingQueue<>();
        List<HedgedAttempt<T>> open = new ArrayList<>();
        List<String> troubles = new ArrayList<>();
        long lastNews = System.nanoTime();
        long heard = 0;
        boolean another = true;
        try {
            while (true) {
                if (another && !order.isEmpty()) {
                    open.add(begin(order.removeFirst(), question, ended));
                }
                if (open.isEmpty()) {
                    throw new HolderFailedException(
                            troubles.isEmpty() ? "no node holds it" : String.join("; ", troubles));
                }
                HedgedAttempt<T> over = ended.poll(nothingCame.toNanos(), TimeUnit.NANOSECONDS);
                if (over != null && over.failure == null && over.answer != null) {
                    return over.answer;
                }
                long now = open.stream().mapToLong(attempt -> attempt.bytes.get()).sum();
                another = over != null || now == heard;
                if (over != null) {
                    open.remove(over);
                    quiet.add(over.holder);
                    troubles.add(AddressText.of(over.holder) + ": " + over.failure);
                    heard = open.stream().mapToLong(attempt -> attempt.bytes.get()).sum();
                } else if (now == heard) {
                    quiet.add(open.getLast().holder);
                    if (System.nanoTime() - lastNews > givenUp.toNanos()) {
                        open.forEach(attempt -> troubles.add(AddressText.of(attempt.holder) + ": it sends nothing"));
                        throw new HolderFailedException(String.join("; ", troubles));
                    }
                } else {
                    heard = now;
                    lastNews = System.nanoTime();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HolderFailedException("this node is stopping");
        } finally {
            open.forEach(HedgedAttempt::giveUp);
        }
    }

    private static <T> HedgedAttempt<T> begin(InetSocketAddress holder, HolderRequest<T> question,
            BlockingQueue<HedgedAttempt<T>> ended) {
        HedgedAttempt<T> attempt = new HedgedAttempt<>(holder);
        Thread.ofVirtual().name("toolchain from " + AddressText.of(holder)).start(() -> {
            try {
                attempt.answer = question.ask(holder, count -> attempt.bytes.addAndGet(count), attempt::opened);
            } catch (IOException | RuntimeException e) {
                attempt.failure = FailureText.of(e);
            }
            ended.add(attempt);
        });
        return attempt;
    }

}
