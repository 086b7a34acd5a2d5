package dev.floe.node.mesh.transport;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Decides when a node that searches for its group has searched long enough to begin one. Times are nanoseconds of a
 * monotonic clock. Thread-safe.
 *
 * <p>Each node opens its port before it asks others. Of two nodes that start at the same moment the later one therefore
 * reaches the earlier one, and the first of them, by address, begins the group. So a search is over soon when every
 * address has been reached. An address that refuses connections may be that of a node which is about to open its port;
 * others that start now need about as long for that as this node did. An address that neither answers nor refuses may
 * be far away, and gets the whole time. So does one that was reached and has not answered: every node answers, a member
 * or not, but on a busy machine that takes a while.
 */
final class JoinWindow {
    /** Within this time a node that has answered names the others that search; longer if it was slow to answer. */
    static final Duration SETTLE = Duration.ofMillis(200);

    /** What became of the last attempt to reach an address. */
    private enum Contact {
        PENDING, FAILED, REACHED
    }

    private final long openingNanos;
    private final long limitNanos;
    private final Map<String, Contact> contacts = new HashMap<>(); // guarded by this, as all below
    /** Nodes that have answered; there may be more than were reached, since one may name another. */
    private final Set<Object> answered = new HashSet<>();
    private boolean searchesLan;
    private boolean open;
    private long start;
    private long newsAt;
    private long reachedAt;
    private long slowestNanos;

    /**
     * @param opening how long nodes that start at the same moment may take to open their ports
     * @param limit   how long a search takes at most
     */
    JoinWindow(Duration opening, Duration limit) {
        limitNanos = limit.toNanos();
        openingNanos = Math.min(opening.toNanos(), limitNanos);
    }

    /** Begins a search; what became of earlier attempts is forgotten. */
    synchronized void begin(long now) {
        contacts.clear();
        answered.clear();
        slowestNanos = 0;
        open = true;
        start = now;
        newsAt = now - SETTLE.toNanos();
    }

    /** The search is over. */
    synchronized void end() {
        open = false;
        contacts.clear();
    }

    /** The node also searches where it knows no address. */
    synchronized void searchLan() {
        searchesLan = true;
    }

    /** An address is asked. */
    synchronized void asked(String address) {
        if (open) {
            contacts.putIfAbsent(address, Contact.PENDING);
        }
    }

    /** A name that is asked stands for an address; this node itself is not asked. */
    synchronized void resolved(String name, String address, boolean self) {
        if (self || !name.equals(address)) {
            contacts.remove(name);
        }
        if (!self) {
            asked(address);
        }
    }

    /** An address could not be reached, or a name has none. */
    synchronized void failed(String address) {
        contacts.computeIfPresent(address, (_, _) -> Contact.FAILED);
    }

    /** An address was reached. */
    synchronized void reached(String address, long now) {
        Contact was = contacts.get(address);
        if (was != null && was != Contact.REACHED) {
            contacts.put(address, Contact.REACHED);
            newsAt = now;
            reachedAt = now;
        }
    }

    /** A node has answered the question whether it knows a group. */
    synchronized void answered(Object node, long now) {
        if (open && answered.add(node)) {
            newsAt = now;
            slowestNanos = Math.max(slowestNanos, now - reachedAt);
        }
    }

    /** Another node that searches was found. */
    synchronized void found(long now) {
        newsAt = now;
    }

    /**
     * How long to search on unless a member answers; 0 or less if no longer.
     *
     * @param first whether this node is the one that begins the group, among those that are known to search
     */
    synchronized long remainingNanos(long now, boolean first) {
        long left = start + limitNanos - now;
        if (!first || contacts.containsValue(Contact.PENDING) || reachedCount() > answered.size()) {
            return left;
        }
        long settled = newsAt + Math.max(SETTLE.toNanos(), slowestNanos) - now;
        long opened = searchesLan || contacts.containsValue(Contact.FAILED) ? start + openingNanos - now : 0;
        return Math.min(left, Math.max(settled, opened));
    }

    private long reachedCount() {
        return contacts.values().stream().filter(contact -> contact == Contact.REACHED).count();
    }
}
