package dev.floe.node.control;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import dev.floe.node.submit.BuildWidth;
import dev.floe.node.submit.MeshCapacity;
import dev.floe.node.submit.WrapperSocket.LineSink;

/** How many commands of a build may run at once on this machine. */
final class CapacityReport {
    /** Between two looks for somebody who watches. */
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final MeshCapacity capacity;

    CapacityReport(MeshCapacity capacity) {
        this.capacity = capacity;
    }

    void write(boolean json, boolean watch, LineSink lines) throws IOException {
        BuildWidth told = capacity.width();
        lines.accept(line(told, json));
        while (watch && !lines.isGone()) {
            LockSupport.parkNanos(INTERVAL.toNanos());
            BuildWidth now = capacity.width();
            if (json ? !now.equals(told) : now.width() != told.width()) {
                lines.accept(line(now, json));
                told = now;
            }
        }
    }

    private static String line(BuildWidth width, boolean json) throws IOException {
        return json ? Json.object(out -> {
            out.writeNumberField("capacity", width.width());
            out.writeNumberField("local", width.local());
            out.writeNumberField("remote", width.remote());
        }) : Integer.toString(width.width());
    }
}
