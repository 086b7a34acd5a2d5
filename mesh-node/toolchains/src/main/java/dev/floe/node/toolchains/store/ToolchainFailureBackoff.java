package dev.floe.node.toolchains.store;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import dev.floe.node.bounds.Backoff;
import dev.floe.toolchain.ToolchainId;

/**
 * Toolchains that this node could not take, most often because of its own disk. Each is left alone for a while, which
 * doubles with each failure: otherwise every job would fetch it again. Thread-safe.
 */
final class ToolchainFailureBackoff {
    static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    static final Duration MAX_PAUSE = Duration.ofMinutes(5);

    private final LongSupplier nanoClock;
    private final Map<ToolchainId, ToolchainFailure> known = new ConcurrentHashMap<>();

    private record ToolchainFailure(String text, Backoff backoff, BooleanSupplier gone) {}

    ToolchainFailureBackoff(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * A toolchain could not be taken.
     *
     * @param gone whether the cause is known to be gone before the pause has passed; asked often
     * @return how long it is left alone
     */
    Duration add(ToolchainId id, String text, BooleanSupplier gone) {
        return known.compute(id, (_, before) -> {
            Backoff last = before == null ? Backoff.doubling(FIRST_PAUSE, MAX_PAUSE) : before.backoff();
            return new ToolchainFailure(text, last.failed(nanoClock.getAsLong()), gone);
        }).backoff().pause();
    }

    /** The toolchain is here now; returns whether it had been in trouble. */
    boolean remove(ToolchainId id) {
        return known.remove(id) != null;
    }

    /** Why jobs for a toolchain are not taken now. */
    Optional<String> find(ToolchainId id) {
        return Optional.ofNullable(known.get(id)).filter(this::lasts).map(ToolchainFailure::text);
    }

    /** All of them now, with what is wrong. */
    Map<ToolchainId, String> all() {
        Map<ToolchainId, String> all = new TreeMap<>();
        known.forEach((id, trouble) -> {
            if (lasts(trouble)) {
                all.put(id, trouble.text());
            }
        });
        return all;
    }

    private boolean lasts(ToolchainFailure trouble) {
        return trouble.backoff().isPaused(nanoClock.getAsLong()) && !trouble.gone().getAsBoolean();
    }
}
