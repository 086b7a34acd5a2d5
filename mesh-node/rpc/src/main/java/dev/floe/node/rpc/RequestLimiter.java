package dev.floe.node.rpc;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds the requests that are served at once: of one member over all its connections, and of all. One member has at
 * most three quarters of the places of all, so that it cannot keep the others out. Thread-safe.
 */
final class RequestLimiter {
    private static final int QUARTERS_OF_ONE_NODE = 3;

    private final int places;
    private final int ofOneNode;

    // Both are guarded by this.
    private final Map<String, Integer> held = new HashMap<>();
    private int count;

    /** @param ofOneNode that one member may have, if that is less than its share */
    RequestLimiter(int places, int ofOneNode) {
        this.places = places;
        this.ofOneNode = Math.clamp((long) places * QUARTERS_OF_ONE_NODE / 4, 1, Math.max(1, ofOneNode));
    }

    /** What became of a request. */
    sealed interface RequestAdmission {
        /** It is served until {@link Place#leave}. */
        record RequestAdmitted(Place place) implements RequestAdmission {}

        /**
         * It is not served; the same request may be served later.
         *
         * @param status of HTTP
         */
        record RequestRefused(int status, String reason) implements RequestAdmission {}
    }

    /** A request comes from a member. */
    synchronized RequestAdmission enter(String node) {
        int mine = held.getOrDefault(node, 0);
        if (mine >= ofOneNode) {
            return new RequestAdmission.RequestRefused(429, mine + " requests of this node are served already");
        }
        if (count >= places) {
            return new RequestAdmission.RequestRefused(503, count + " requests of all nodes are served already");
        }
        count++;
        held.merge(node, 1, Integer::sum);
        return new RequestAdmission.RequestAdmitted(new Place(node));
    }

    synchronized int count() {
        return count;
    }

    private synchronized void leave(String node) {
        count--;
        held.computeIfPresent(node, (_, of) -> of > 1 ? of - 1 : null);
    }

    /** The place of a request that is served. */
    final class Place {
        private final String node;
        private final AtomicBoolean left = new AtomicBoolean();

        private Place(String node) {
            this.node = node;
        }

        /** Gives the place back; once is enough. */
        void leave() {
            if (!left.getAndSet(true)) {
                RequestLimiter.this.leave(node);
            }
        }
    }
}
