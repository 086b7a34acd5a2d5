package dev.floe.node.host;

import java.io.IOException;

/**
 * Something that starts and stops.
 *
 * @param name  for log lines
 * @param start leaves nothing behind if it fails
 * @param stop  called only after a start that succeeded
 */
public record LifecyclePart(String name, LifecyclePart.StartAction start, LifecyclePart.StopAction stop) {
    /** Does the start; may block. */
    @FunctionalInterface
    public interface StartAction {
        void run() throws IOException;
    }

    /** Does the stop; may block, but not for long. */
    @FunctionalInterface
    public interface StopAction {
        void run() throws Exception;
    }

    /** A part that only starts. */
    public static LifecyclePart starting(String name, StartAction start) {
        return new LifecyclePart(name, start, () -> {});
    }

    /** A part that starts by itself when it is first used, and must be stopped. */
    public static LifecyclePart stopping(String name, StopAction stop) {
        return new LifecyclePart(name, () -> {}, stop);
    }
}
