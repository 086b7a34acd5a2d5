package dev.floe.node.mesh.transport;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.jgroups.Address;
import org.jgroups.protocols.PingData;
import org.jgroups.util.Responses;
import org.jspecify.annotations.Nullable;

/**
 * What the searches of one join have found. The thread that joins searches and waits; other threads bring the answers.
 */
final class SearchAnswers {
    private static final long LOOK_MILLIS = 25;

    /** Members and others that have answered in this search. */
    private final Set<Address> answered = ConcurrentHashMap.newKeySet();
    /** One for each answer that the search has not seen. */
    private final Semaphore unseen = new Semaphore(0);
    /** What the first search of this join has found; owned by the thread that joins. */
    private @Nullable Responses first;

    /** A node begins to join. */
    void beginJoin() {
        first = null;
    }

    /** A search begins. */
    void beginSearch() {
        answered.clear();
    }

    /** A node answers. */
    void add(Address sender) {
        answered.add(sender);
    }

    boolean contains(Address sender) {
        return answered.contains(sender);
    }

    /** Wakes the thread that searches. */
    void wakeSearch() {
        unseen.release();
    }

    /** Waits a moment for an answer; false if this thread is interrupted. */
    boolean await() {
        try {
            if (unseen.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                unseen.drainPermits();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A search is over. GMS keeps what the first one of a join found; this one corrects it. */
    void endSearch(Responses found) {
        Responses earlier = first;
        if (earlier == null) {
            first = found;
        } else {
            update(earlier, found, answered);
        }
    }

    /**
     * Corrects what the first search of a join has found. GMS keeps it, and adds what later searches find; a node that
     * coordinated once would stay a coordinator for it, and each request to join that it gets takes the whole timeout.
     * If a coordinator has answered now, only those found now count. Otherwise the group may just be slow, and who was
     * found before is not forgotten.
     */
    static void update(Responses earlier, Responses found, Set<Address> answered) {
        if (hasCoordinatorAnswered(found, answered)) {
            earlier.clear();
        }
        found.forEach(each -> earlier.addResponse(each, true));
    }

    boolean hasCoordinatorAnswered(Iterable<PingData> found) {
        return hasCoordinatorAnswered(found, answered);
    }

    /**
     * Whether the coordinator has answered itself. Another may have named it; without the question it does not know the
     * address of this node, and its answer to the request to join is lost.
     */
    static boolean hasCoordinatorAnswered(Iterable<PingData> found, Set<Address> answered) {
        for (PingData member : found) {
            if (member.isCoord() && answered.contains(member.getAddress())) {
                return true;
            }
        }
        return false;
    }

    /** Whether no member has answered, and of those that search a node has the lowest address. */
    static boolean isFirst(Iterable<PingData> found, Address self) {
        for (PingData other : found) {
            if (other.isServer() || other.getAddress().compareTo(self) < 0) {
                return false;
            }
        }
        return true;
    }
}
