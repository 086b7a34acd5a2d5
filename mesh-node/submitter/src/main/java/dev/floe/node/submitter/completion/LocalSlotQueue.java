package dev.floe.node.submitter.completion;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

import dev.floe.node.executor.admission.SlotPool;
import dev.floe.node.submitter.wrapper.WrapperDisconnectedException;

/**
 * The slots of local commands. A command that may run anything, such as a script in the compiler's
 * place, may lead to a wrapper again: that one asks for a slot of its own, and the command above gives up its slot
 * then, or each would wait for the other.
 */
public final class LocalSlotQueue {
    private static final Logger LOG = LogManager.getLogger(LocalSlotQueue.class);
    /**
     * If no slot was given out for this time, those that have them will not end; to keep waiting would be worse than a
     * compile too many.
     */
    private static final Duration STALL_TIMEOUT = Duration.ofHours(1);

    private final SlotPool slots;
    private final Map<String, SlotPool.Lease> reentrantLeases = new ConcurrentHashMap<>();

    public LocalSlotQueue(SlotPool slots) {
        this.slots = slots;
    }

    /** The right to run a local command; closing it gives the slot to the next. */
    final class LocalSlot implements AutoCloseable {
        private final String name;
        private final SlotPool.@Nullable Lease lease;

        private LocalSlot(String name, SlotPool.@Nullable Lease lease) {
            this.name = name;
            this.lease = lease;
        }

        /** From now on {@link LocalSlotQueue#releaseParentSlot} with this turn's name ends it. */
        void markReentrant() {
            if (lease != null) {
                reentrantLeases.put(name, lease);
            }
        }

        @Override
        public void close() {
            reentrantLeases.remove(name);
            if (lease != null) {
                lease.close();
            }
        }
    }

    /** A wrapper was called below the command with the turn {@code name}, which waits for it. */
    public void releaseParentSlot(String name) {
        SlotPool.Lease lease = reentrantLeases.remove(name);
        if (lease != null) {
            lease.close();
        }
    }

    /**
     * Waits for a slot.
     *
     * @param gone   completes when nobody wants it any more
     * @param inLine called once the slots count the command
     * @throws WrapperDisconnectedException if that comes first
     */
    LocalSlot acquire(String name, CompletableFuture<Void> gone, Runnable inLine) throws IOException {
        CompletableFuture<SlotPool.Lease> turn = slots.enqueue(SlotPool.SlotPriority.LOCAL);
        inLine.run();
        var unused = gone.thenRun(() -> turn.cancel(false));
        try {
            long given = slots.grantCount();
            while (true) {
                try {
                    return new LocalSlot(name, turn.get(STALL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
                } catch (TimeoutException _) {
                    if (slots.grantCount() == given && turn.cancel(false)) {
                        LOG.warn("job={} runs without a slot: no slot became free for {}", name, STALL_TIMEOUT);
                        return new LocalSlot(name, null);
                    }
                    given = slots.grantCount();
                }
            }
        } catch (CancellationException _) {
            throw new WrapperDisconnectedException();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            turn.cancel(false);
            turn.thenAccept(SlotPool.Lease::close);
            throw new IOException("this node is stopping", e);
        }
    }
}
