package dev.floe.node.executor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Counts the attacks of one group, and leaves {@code TRIED REFUSED HARMFUL} in target/attack for scripts/attack. Safe
 * for threads.
 */
public final class AttackTally implements AutoCloseable {
    private final String group;
    private int refused; // guarded by this
    private int harmful; // guarded by this

    public AttackTally(String group) {
        this.group = group;
    }

    public synchronized void count(boolean wasRefused) {
        if (wasRefused) {
            refused++;
        } else {
            harmful++;
        }
    }

    synchronized int tried() {
        return refused + harmful;
    }

    synchronized int harmful() {
        return harmful;
    }

    @Override
    public synchronized void close() throws IOException {
        Path directory = Files.createDirectories(Path.of("target/attack"));
        Files.writeString(directory.resolve(group + ".tally"), tried() + " " + refused + " " + harmful + "\n");
    }
}
