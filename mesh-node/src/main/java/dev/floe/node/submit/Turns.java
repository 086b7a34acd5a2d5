package dev.floe.node.submit;

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

import dev.floe.node.execute.Slots;

/**
 * The slots of local commands. A command of which it is not known what it runs, such as a script in the compiler's place, may lead to a
 * wrapper again: that one asks for a slot of its own, and the command above gives up its slot then, or each would wait for the other.
 */
final class Turns {
    private static final Logger LOG = LogManager.getLogger(Turns.class);
    /** If no slot at all was given out for so long, those that have them will not end; waiting on would be worse than a compile too many. */
    private static final Duration STANDSTILL = Duration.ofHours(1);

    private final Slots slots;
    private final Map<String, Slots.Lease> ofUnknown = new ConcurrentHashMap<>();

    Turns(Slots slots) {
        this.slots = slots;
    }

    /** The right to run a local command; closing it gives the slot to the next. */
    final class Turn implements AutoCloseable {
        private final String name;
        private final Slots.@Nullable Lease lease;

        private Turn(String name, Slots.@Nullable Lease lease) {
            this.name = name;
            this.lease = lease;
        }

        /** From now on {@link Turns#giveUp} with this turn's name ends it. */
        void mayLeadToWrappers() {
            if (lease != null) {
                ofUnknown.put(name, lease);
            }
        }

        @Override
        public void close() {
            ofUnknown.remove(name);
            if (lease != null) {
                lease.close();
            }
        }
    }

    /** A wrapper was called below the command with the turn {@code name}, which waits for it. */
    void giveUp(String name) {
        Slots.Lease lease = ofUnknown.remove(name);
        if (lease != null) {
            lease.close();
        }
    }

    /**
     * Waits for a slot.
     *
     * @param gone   completes when nobody wants it any more
     * @param inLine called once the slots count the command
     * @throws WrapperGoneException if that comes first
     */
    Turn take(String name, CompletableFuture<Void> gone, Runnable inLine) throws IOException {
        CompletableFuture<Slots.Lease> turn = slots.enqueue(Slots.Kind.LOCAL);
        inLine.run();
        var unused = gone.thenRun(() -> turn.cancel(false));
        try {
            long given = slots.given();
            while (true) {
                try {
                    return new Turn(name, turn.get(STANDSTILL.toMillis(), TimeUnit.MILLISECONDS));
                } catch (TimeoutException _) {
                    if (slots.given() == given && turn.cancel(false)) {
                        LOG.warn("job={} runs without a slot: none has come free for {}", name, STANDSTILL);
                        return new Turn(name, null);
                    }
                    given = slots.given();
                }
            }
        } catch (CancellationException _) {
            throw new WrapperGoneException();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            turn.cancel(false);
            turn.thenAccept(Slots.Lease::close);
            throw new IOException("this node is stopping", e);
        }
    }
}
