package dev.floe.node.mesh.transport;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

import dev.floe.store.FailureText;

/** The addresses that this node tried to reach last and could not, and why. Thread-safe. */
public final class FailedJoinAttempts {
    private static final int MAX_ADDRESSES = 64;

    /** Guarded by itself. */
    private final Map<String, String> failures = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MAX_ADDRESSES;
        }
    });

    /** Address to reason. */
    public Map<String, String> failures() {
        synchronized (failures) {
            return new TreeMap<>(failures);
        }
    }

    void failed(String address, Exception problem) {
        failures.remove(address);
        failures.put(address, describe(problem));
    }

    void reached(String address) {
        if (!failures.isEmpty()) {
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
