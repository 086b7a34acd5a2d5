package dev.floe.node;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What the machine under this node is. */
final class Hardware {
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final int WORK_ROUNDS = 40;
    private static final int WORK_WORDS = 1 << 16;
    /** What {@link #work} takes on the reference core, an x86-64 server core of 2024. */
    private static final double REFERENCE_NANOS = 3.2e6;

    private Hardware() {}

    /** As {@code uname -m} has it. */
    static String architecture() {
        String name = System.getProperty("os.arch", "unknown");
        return switch (name) {
            case "amd64" -> "x86_64";
            case "arm" -> "armv7l";
            default -> name;
        };
    }

    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    static long memoryBytes() {
        return line("MemTotal:");
    }

    static long freeMemoryBytes() {
        return line("MemAvailable:");
    }

    private static long line(String name) {
        try {
            List<String> lines = Files.readAllLines(MEMORY);
            for (String line : lines) {
                if (line.startsWith(name)) {
                    return 1024 * Long.parseLong(line.substring(name.length()).replace("kB", "").strip());
                }
            }
        } catch (IOException | NumberFormatException _) {
            // no Linux, or no /proc: unknown is nothing
        }
        return 0;
    }

    /**
     * Speed of one core relative to the reference: the best of several rounds of a little integer work over memory of the size of a cache,
     * about what a compiler does. Good to some ten per cent; takes some 150 ms once.
     */
    static double speed() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        int[] memory = new int[WORK_WORDS];
        long best = Long.MAX_VALUE;
        int seed = 1;
        for (int i = 0; i < WORK_ROUNDS; i++) {
            long start = threads.getCurrentThreadCpuTime();
            seed = work(memory, seed);
            best = Math.min(best, threads.getCurrentThreadCpuTime() - start);
        }
        double speed = REFERENCE_NANOS / Math.max(1, best) + (seed == 0 ? 1e-9 : 0);
        return Math.clamp(Math.round(speed * 20) / 20.0, 0.05, 20);
    }

    private static int work(int[] memory, int seed) {
        int x = seed | 1;
        for (int i = 0; i < 8 * WORK_WORDS; i++) {
            x ^= x << 13;
            x ^= x >>> 17;
            x ^= x << 5;
            int at = x & (WORK_WORDS - 1);
            memory[at] += (memory[(at + i) & (WORK_WORDS - 1)] & 1) == 0 ? x : i;
        }
        return x;
    }
}
