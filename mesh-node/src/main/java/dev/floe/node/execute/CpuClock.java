package dev.floe.node.execute;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Time of the processor that the calling thread has taken. */
public final class CpuClock {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private CpuClock() {}

    /** In nanoseconds; always 0 on a virtual thread, for which nobody counts. */
    public static long nanos() {
        return Thread.currentThread().isVirtual() ? 0 : THREADS.getCurrentThreadCpuTime();
    }
}
