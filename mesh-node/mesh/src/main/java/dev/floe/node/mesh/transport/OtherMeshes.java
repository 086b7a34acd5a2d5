package dev.floe.node.mesh.transport;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;

import dev.floe.node.bounds.AddressText;

/**
 * The addresses from which others than members have searched the LAN lately, most likely nodes of another mesh. Nobody
 * proves such an address, so it is for people only. Thread-safe.
 */
public final class OtherMeshes {
    static final int MAX_ADDRESSES = 16;
    static final Duration KEPT = Duration.ofMinutes(10);

    private final LongSupplier nanoClock;
    private final Map<String, Long> seen = new LinkedHashMap<>(); // when last; guarded by this

    public OtherMeshes(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Notes a search that is not by a member. */
    synchronized void add(InetAddress from) {
        String address = AddressText.host(from.getHostAddress());
        seen.remove(address);
        seen.put(address, nanoClock.getAsLong());
        Iterator<String> oldest = seen.keySet().iterator();
        while (seen.size() > MAX_ADDRESSES) {
            oldest.next();
            oldest.remove();
        }
    }

    /** Those of the last ten minutes. */
    public synchronized Set<String> recent() {
        long now = nanoClock.getAsLong();
        seen.values().removeIf(when -> now - when > KEPT.toNanos());
        return new TreeSet<>(seen.keySet());
    }
}
