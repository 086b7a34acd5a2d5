package dev.floe.node.mesh.transport;

import java.util.Map;
import java.util.TreeMap;

import dev.floe.store.BoundedMap;
import dev.floe.store.FailureText;

/** The addresses that this node tried to reach last and could not, and why. Thread-safe. */
public final class FailedJoinAttempts {
    private static final int MAX_ADDRESSES = 64;

    private final Map<String, String> failures = new BoundedMap<>(MAX_ADDRESSES); // guarded by itself

    /** Address to reason. */
    public Map<String, String> failures() {
        synchronized (failures) {
            return new TreeMap<>(failures);
        }
    }

    void failed(String address, Exception problem) {
        synchronized (failures) {
            failures.put(address, describe(problem));
        }
    }

    void reached(String address) {
        synchronized (failures) {
            failures.remove(address);
        }
    }

    private static String describe(Exception problem) {
        String message = FailureText.of(problem);
        return message.contains("PKIX") || message.contains("trust anchor")
                ? "it belongs to another mesh (" + message + ")"
                : message;
    }
}
