package dev.floe.store.actioncache;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The results that were used last, as many as a bounded part of the heap can hold. For one thread, or under its owner's
 * lock.
 */
final class ResultsAtHand {
    /** About so much of the heap. Most results take less than 2 KiB, but one may take 16 MiB. */
    static final long MAX_BYTES = 48L << 20;

    private static final int MAX_RESULTS = 20_000;
    private static final long FILE_BYTES = 200; // what the objects of a file take beside what they hold

    private final Map<ActionKey, HeldResult> held = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    private record HeldResult(ActionResult result, long bytes) {}

    @Nullable
    ActionResult get(ActionKey key) {
        HeldResult found = held.get(key);
        return found == null ? null : found.result();
    }

    /** @param encoded how many bytes the result has where it is encoded */
    void put(ActionKey key, ActionResult result, int encoded) {
        remove(key);
        HeldResult added = new HeldResult(result, encoded + FILE_BYTES * (1 + result.files().size()));
        held.put(key, added);
        bytes += added.bytes();
        Iterator<HeldResult> eldest = held.values().iterator();
        while (held.size() > MAX_RESULTS || bytes > MAX_BYTES) {
            bytes -= eldest.next().bytes();
            eldest.remove();
        }
    }

    void remove(ActionKey key) {
        HeldResult gone = held.remove(key);
        bytes -= gone == null ? 0 : gone.bytes();
    }
}
