package dev.floe.node.submit;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Frames over a connection from a wrapper. A thread of its own reads, so that the wrapper's end is noticed at once whatever this
 * side is waiting for; one other thread takes frames and sends.
 */
final class FrameChannel implements AutoCloseable {
    private static final int FRAMES_AHEAD = 4;
    private static final Frame GONE = new Frame(-1, ByteBuffer.allocate(0));

    private final SocketChannel socket;
    private final DataInputStream in;
    private final BlockingQueue<Frame> inbound = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(FRAMES_AHEAD); // frames that may still be read ahead
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final ReentrantLock sending = new ReentrantLock(); // guards the order of bytes on the socket, and silent
    private boolean silent;

    FrameChannel(SocketChannel socket) {
        this.socket = socket;
        this.in = new DataInputStream(Channels.newInputStream(socket));
    }

    /** Reads until the wrapper is gone; run this on a thread of its own. */
    void pump() {
        try {
            while (true) {
                room.acquire();
                inbound.put(read());
            }
        } catch (IOException _) {
            // ended, or broken: either way nothing more will come
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        gone.complete(null);
        inbound.add(GONE);
    }

    private Frame read() throws IOException {
        int length = in.readInt();
        int type = in.readUnsignedByte();
        if (length < 0 || length > Frame.MAX_PAYLOAD_BYTES) {
            throw new ProtocolException("a frame of " + Integer.toUnsignedLong(length) + " bytes is refused");
        }
        byte[] payload = in.readNBytes(length);
        if (payload.length != length) {
            throw new EOFException();
        }
        return new Frame(type, ByteBuffer.wrap(payload));
    }

    /** The next frame, which must be of type {@code type}. */
    Frame take(int type) throws IOException {
        Frame frame = take();
        if (frame.type() != type) {
            throw new ProtocolException("frame type " + frame.type() + " where " + type + " was expected");
        }
        return frame;
    }

    Frame take() throws IOException {
        try {
            Frame frame = inbound.take();
            if (frame == GONE) {
                inbound.add(GONE);
                throw new WrapperGoneException();
            }
            room.release();
            return frame;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The next frame; empty if none has come in time. */
    Optional<Frame> take(Duration limit) throws IOException {
        try {
            Frame frame = inbound.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (frame == GONE) {
                inbound.add(GONE);
                throw new WrapperGoneException();
            }
            room.release();
            return Optional.ofNullable(frame);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Completes when the wrapper, or the compiler that it became, has ended. */
    CompletableFuture<Void> gone() {
        return gone;
    }

    void send(Frame... frames) throws IOException {
        sending.lock();
        try {
            write(frames);
        } finally {
            sending.unlock();
        }
    }

    /** Sends what must be the last: from now on {@link #sendAlive} does nothing. */
    void sendLast(Frame frame) throws IOException {
        sending.lock();
        try {
            silent = true;
            write(frame);
        } finally {
            sending.unlock();
        }
    }

    /** Proves to the wrapper that the node lives; does not wait for a sender that is blocked. */
    void sendAlive() throws IOException {
        if (sending.tryLock()) {
            try {
                if (!silent) {
                    write(new Frame(Frame.ALIVE, ByteBuffer.allocate(0)));
                }
            } finally {
                sending.unlock();
            }
        }
    }

    private void write(Frame... frames) throws IOException {
        List<ByteBuffer> buffers = new ArrayList<>(2 * frames.length);
        for (Frame frame : frames) {
            buffers.add(ByteBuffer.allocate(5).putInt(frame.payload().remaining()).put((byte) frame.type()).flip());
            buffers.add(frame.payload().duplicate());
        }
        ByteBuffer[] array = buffers.toArray(ByteBuffer[]::new);
        long left = 0;
        for (ByteBuffer buffer : array) {
            left += buffer.remaining();
        }
        while (left > 0) {
            left -= socket.write(array);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        room.release(FRAMES_AHEAD); // lets the reader find that out
    }
}
