package dev.floe.node.rpc.http2;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import io.netty.channel.ChannelFuture;

import dev.floe.node.rpc.stream.StreamBrokenException;

/** How far an {@link Http2Stream} has come; shared with its output. */
final class StreamState {
    /** Guards all fields below, and those of the output. */
    final ReentrantLock lock = new ReentrantLock();
    /** Signalled when the channel becomes writable, or one of the fields changes. */
    final Condition changed = lock.newCondition();
    /** Why the stream broke off; null while it has not. */
    @Nullable
    String broken;
    /** This side has closed it. */
    boolean closed;
    /** This side has sent its last bytes. */
    boolean outputEnded;
    @Nullable
    ChannelFuture lastSent;

    /** Whether it is neither broken nor closed; called with the lock held. */
    boolean isUsable() {
        return broken == null && !closed;
    }

    /** Why it cannot be used. */
    StreamBrokenException failure(String peer) {
        lock.lock();
        try {
            return new StreamBrokenException(peer + ": " + (broken == null ? "closed" : broken));
        } finally {
            lock.unlock();
        }
    }
}
