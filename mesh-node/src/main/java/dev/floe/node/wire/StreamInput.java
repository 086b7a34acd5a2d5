package dev.floe.node.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import org.jspecify.annotations.Nullable;

import io.netty.buffer.ByteBuf;
import io.netty.util.ReferenceCountUtil;

/**
 * What a stream has received and nobody has read. The event loop adds; one virtual thread reads, and asks for more only when all is
 * read, so that HTTP/2's windows hold back a fast sender.
 */
final class StreamInput extends InputStream {
    private static final Object END = new Object();

    private final String peer;
    private final Runnable askForMore;
    private final BlockingQueue<Object> inbound = new LinkedBlockingQueue<>();
    private volatile boolean ended; // the peer has sent all; set before its last bytes are added
    private volatile @Nullable String broken; // why no more will come; set before END is added
    private volatile boolean released; // once set, what comes is dropped
    private @Nullable ByteBuf current; // the reader's own, as the next
    private boolean atEnd;

    StreamInput(String peer, Runnable askForMore) {
        this.peer = peer;
        this.askForMore = askForMore;
    }

    /** Takes over {@code bytes}. */
    void add(ByteBuf bytes) {
        inbound.add(bytes);
        if (released) {
            drain();
        }
    }

    /** As {@link #add} and {@link #end}; who reads the last bytes may rely on {@link #isEnded} at once. */
    void addLast(ByteBuf bytes) {
        ended = true;
        add(bytes);
        inbound.add(END);
    }

    void end() {
        ended = true;
        inbound.add(END);
    }

    void fail(String reason) {
        broken = reason;
        inbound.add(END);
    }

    /** Whether the peer has sent all that it will. */
    boolean isEnded() {
        return ended;
    }

    /** Drops what has not been read; by the reader. */
    void release() {
        released = true;
        releaseCurrent();
        drain();
    }

    private void drain() {
        for (Object left = inbound.poll(); left != null; left = inbound.poll()) {
            ReferenceCountUtil.release(left);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        ByteBuf from = next();
        if (from == null) {
            return -1;
        }
        int count = Math.min(length, from.readableBytes());
        from.readBytes(bytes, offset, count);
        return count;
    }

    /** The buffer to read from, or null at the end. */
    private @Nullable ByteBuf next() throws IOException {
        ByteBuf from = current;
        while (from == null || !from.isReadable()) {
            releaseCurrent();
            if (atEnd) {
                return end(broken);
            }
            if (inbound.isEmpty()) {
                askForMore.run();
            }
            if (take() instanceof ByteBuf buffer) {
                from = buffer;
                current = buffer;
            } else {
                atEnd = true;
                from = null;
            }
        }
        return from;
    }

    private @Nullable ByteBuf end(@Nullable String reason) throws BrokenExchangeException {
        if (ended) {
            return null;
        }
        throw new BrokenExchangeException(peer + ": " + (reason == null ? "closed" : reason));
    }

    private Object take() throws IOException {
        try {
            return inbound.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading from " + peer, e);
        }
    }

    private void releaseCurrent() {
        ByteBuf old = current;
        current = null;
        if (old != null) {
            old.release();
        }
    }
}
