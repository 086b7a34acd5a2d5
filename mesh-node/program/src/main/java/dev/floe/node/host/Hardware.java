package dev.floe.node.host;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import com.github.luben.zstd.Zstd;

import dev.floe.toolchain.Platform;
import dev.floe.toolchain.elf.BinfmtEmulator;
import dev.floe.toolchain.elf.ElfFile;

/** The hardware of this node's machine. */
public final class Hardware {
    private static final Path SHELL = Path.of("/bin/sh");
    /** What a processor runs besides its own programs, by itself. */
    private static final Map<String, String> OLDER_MODE = Map.of("x86_64", "i686", "aarch64", "arm", "ppc64", "ppc",
            "s390x", "s390");
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final int WORK_ROUNDS = 5;
    private static final int WORK_BYTES = 1 << 18;
    private static final int WORK_LEVEL = 6;
    /** What a round takes on the reference core, an x86-64 server core of 2024. */
    private static final double REFERENCE_NANOS = 4.3e6;

    private Hardware() {}

    /** Of the programs that are installed here, compilers among them; this virtual machine may be made for another. */
    public static String architecture() {
        try {
            return ElfFile.read(SHELL).map(shell -> shell.platform().processor()).orElse(ofThisProcess());
        } catch (IOException _) {
            return ofThisProcess();
        }
    }

    private static String ofThisProcess() {
        return Platform.current().processor();
    }

    /**
     * The architectures whose programs run here through an emulator: those of {@code allowed} for which the kernel has
     * one that works in a sandbox, and that of the installed programs if this process could not run them by itself.
     */
    public static List<String> emulated(Set<String> allowed) {
        return emulated(allowed, architecture(), ofThisProcess(),
                BinfmtEmulator.registered(BinfmtEmulator.REGISTRY).stream()
                        .filter(emulator -> emulator.obstacle().isEmpty()).map(BinfmtEmulator::processor)
                        .collect(Collectors.toSet()));
    }

    /** @param able the processors for which there is an emulator; a container often does not show them */
    static List<String> emulated(Set<String> allowed, String installed, String process, Set<String> able) {
        Set<String> emulated = new TreeSet<>(allowed);
        emulated.add(installed);
        emulated.retainAll(able);
        if (!installed.equals(OLDER_MODE.get(process))) {
            emulated.add(installed);
        }
        emulated.remove(process);
        return List.copyOf(emulated);
    }

    public static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Whether more threads have waited for the cores of this machine in the last minute than there are cores. */
    static boolean isOverloaded() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage() > cores();
    }

    public static long memoryBytes() {
        return line("MemTotal:");
    }

    public static long freeMemoryBytes() {
        return line("MemAvailable:");
    }

    private static long line(String name) {
        try (BufferedReader lines = Files.newBufferedReader(MEMORY)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
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
     * Speed of one core relative to the reference: the best of several rounds of compressing made-up text with zstd,
     * which is native code with the branches and table look-ups of a compiler, so that neither the JIT's state nor
     * other load tells. Good to some ten per cent; takes some 50 ms of CPU time, once.
     */
    public static double speed() {
        byte[] text = text();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long best = Long.MAX_VALUE;
        for (int i = 0; i < WORK_ROUNDS; i++) {
            long start = threads.getCurrentThreadCpuTime();
            byte[] compressed = Zstd.compress(text, WORK_LEVEL);
            best = Math.min(best, threads.getCurrentThreadCpuTime() - start + (compressed.length == 0 ? 1 : 0));
        }
        return Math.clamp(Math.round(20 * REFERENCE_NANOS / Math.max(1, best)) / 20.0, 0.05, 20);
    }

    /** Words of a small vocabulary, the same on each machine. */
    private static byte[] text() {
        byte[] text = new byte[WORK_BYTES];
        long state = 1;
        for (int i = 0; i < text.length; i++) {
            state = state * 6364136223846793005L + 1442695040888963407L;
            int choice = (int) (state >>> 59);
            text[i] = (byte) (i >= 64 && choice < 24 ? text[i - 1 - (int) ((state >>> 40) & 63)] : 'a' + choice);
        }
        return text;
    }
}
