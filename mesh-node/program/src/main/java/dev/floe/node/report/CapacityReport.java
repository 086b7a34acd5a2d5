package dev.floe.node.report;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import dev.floe.node.report.format.JsonLine;
import dev.floe.node.submitter.NodeSocketServer.LineSink;
import dev.floe.node.submitter.schedule.BuildWidth;
import dev.floe.node.submitter.schedule.MeshCapacity;

/** The report of how many commands of a build may run at once on this machine. */
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
            lines.flush();
            LockSupport.parkNanos(INTERVAL.toNanos());
            BuildWidth now = capacity.width();
            if (json ? !now.equals(told) : now.width() != told.width()) {
                lines.accept(line(now, json));
                told = now;
            }
        }
    }

    private static String line(BuildWidth width, boolean json) throws IOException {
        return json ? JsonLine.object(out -> {
            out.writeNumberField("capacity", width.width());
            out.writeNumberField("local", width.local());
            out.writeNumberField("remote", width.remote());
        }) : Integer.toString(width.width());
    }
}
