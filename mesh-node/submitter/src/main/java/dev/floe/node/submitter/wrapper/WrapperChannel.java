package dev.floe.node.submitter.wrapper;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;

import dev.floe.node.rpc.unix.ChannelStream;
import dev.floe.node.rpc.unix.PeerClosedException;
import dev.floe.node.rpc.unix.UnixStream;
import dev.floe.store.descriptors.OpenDescriptor;

/**
 * Frames over a connection from a wrapper. One thread takes frames and sends. The wrapper's end is noticed whatever
 * that thread is waiting for: by the thread that watches the socket, or, for a connection that cannot be watched, by
 * one that {@linkplain #readAhead reads}. Frames that ask for nothing may be {@linkplain #queue queued}, and go out
 * together with the next that is sent.
 */
public final class WrapperChannel implements AutoCloseable {
    private static final int FRAMES_AHEAD = 4;
    private static final WrapperFrame GONE = new WrapperFrame(-1, ByteBuffer.allocate(0));

    private static final int READ_BYTES = 8 << 10;
    private static final int HEAD_BYTES = 5;
    private static final int MAX_QUEUED_BYTES = 64 << 10;

    private final UnixStream socket;
    private final DataInputStream in;
    private volatile boolean readsAhead; // whether frames come through inbound
    private final BlockingQueue<WrapperFrame> inbound = new LinkedBlockingQueue<>();
    private final Semaphore room = new Semaphore(FRAMES_AHEAD); // frames that may still be read ahead
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private final ReentrantLock sending = new ReentrantLock(); // guards the order of bytes on the socket, and all below
    private boolean silent;
    private final ByteArrayOutputStream queued = new ByteArrayOutputStream(0);
    private boolean toldToExit;

    public WrapperChannel(UnixStream socket) {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                return socket.read(bytes, offset, length);
            }
        }, READ_BYTES));
        // Not on the thread that watches the socket, because what depends on it may block.
        socket.onHangUp(() -> Thread.ofVirtual().name("wrapper end").start(() -> gone.complete(null)));
    }

    /** Over a connection that passes no descriptors. */
    public WrapperChannel(SocketChannel socket) {
        this(new ChannelStream(socket));
    }

    /** The descriptor that came with the frame that was taken last; the caller closes it. */
    public Optional<OpenDescriptor> passed() {
        return socket.received();
    }

    /**
     * Starts a thread that reads until the wrapper is gone; for a connection whose end is seen by reading only. To be
     * called before a frame is taken.
     */
    public Thread readAhead() {
        readsAhead = true;
        return Thread.ofVirtual().name("wrapper input").start(this::readUntilGone);
    }

    private void readUntilGone() {
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

    private WrapperFrame read() throws IOException {
        int length = in.readInt();
        int type = in.readUnsignedByte();
        if (length < 0 || length > WrapperFrame.MAX_PAYLOAD_BYTES) {
            throw new WrapperProtocolException("a frame of " + Integer.toUnsignedLong(length) + " bytes is refused");
        }
        byte[] payload = in.readNBytes(length);
        if (payload.length != length) {
            throw new EOFException();
        }
        return new WrapperFrame(type, ByteBuffer.wrap(payload));
    }

    /** The next frame, which must be of type {@code type}. */
    WrapperFrame take(int type) throws IOException {
        WrapperFrame frame = take();
        if (frame.type() != type) {
            throw new WrapperProtocolException("frame type " + frame.type() + " where " + type + " was expected");
        }
        return frame;
    }

    public WrapperFrame take() throws IOException {
        if (!readsAhead) {
            return takeNow();
        }
        try {
            WrapperFrame frame = inbound.take();
            if (frame == GONE) {
                inbound.add(GONE);
                throw new WrapperDisconnectedException();
            }
            room.release();
            return frame;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private WrapperFrame takeNow() throws WrapperDisconnectedException, WrapperProtocolException {
        try {
            return read();
        } catch (WrapperProtocolException e) {
            throw e;
        } catch (IOException _) { // ended, or broken: either way nothing more will come
            gone.complete(null);
            throw new WrapperDisconnectedException();
        }
    }

    /** The next frame after {@link #readAhead}; empty if none has come in time. */
    public Optional<WrapperFrame> take(Duration limit) throws IOException {
        try {
            WrapperFrame frame = inbound.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
            if (frame == GONE) {
                inbound.add(GONE);
                throw new WrapperDisconnectedException();
            }
            if (frame != null) {
                room.release();
            }
            return Optional.ofNullable(frame);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Completes when the wrapper, or the compiler that it became, has ended. */
    public CompletableFuture<Void> gone() {
        return gone;
    }

    public void send(WrapperFrame... frames) throws IOException {
        send(null, frames);
    }

    /** @param passed comes before the first frame; the caller closes it */
    void send(@Nullable OpenDescriptor passed, WrapperFrame... frames) throws IOException {
        sending.lock();
        try {
            write(passed, frames);
        } finally {
            sending.unlock();
        }
    }

    /** Sends a frame that asks for nothing, at the latest together with the next that does. */
    void queue(WrapperFrame frame) throws IOException {
        sending.lock();
        try {
            ByteBuffer payload = frame.payload();
            if (queued.size() + HEAD_BYTES + payload.remaining() > MAX_QUEUED_BYTES) {
                write(null, frame);
                return;
            }
            queued.writeBytes(head(frame).array());
            queued.write(payload.array(), payload.arrayOffset() + payload.position(), payload.remaining());
        } finally {
            sending.unlock();
        }
    }

    /** Whether the wrapper was told to exit: its end need not be awaited. */
    public boolean isToldToExit() {
        sending.lock();
        try {
            return toldToExit;
        } finally {
            sending.unlock();
        }
    }

    /** Sends what must be the last: from now on {@link #sendAlive} does nothing. */
    public void sendLast(WrapperFrame frame) throws IOException {
        sending.lock();
        try {
            silent = true;
            toldToExit = frame.type() == WrapperFrame.EXIT;
            write(null, frame);
        } finally {
            sending.unlock();
        }
    }

    /**
     * Proves to the wrapper that the node lives. Never waits: where a sender is blocked, or the socket is full, the
     * wrapper has bytes to read, which prove the same.
     */
    void sendAlive() throws IOException {
        if (sending.tryLock()) {
            try {
                if (!silent) {
                    var unused = socket.writeAtOnce(head(new WrapperFrame(WrapperFrame.ALIVE, ByteBuffer.allocate(0))));
                }
            } finally {
                sending.unlock();
            }
        }
    }

    private void write(@Nullable OpenDescriptor passed, WrapperFrame... frames) throws IOException {
        ByteBuffer[] buffers = new ByteBuffer[1 + 2 * frames.length];
        buffers[0] = ByteBuffer.wrap(queued.toByteArray());
        queued.reset();
        for (int i = 0; i < frames.length; i++) {
            buffers[1 + 2 * i] = head(frames[i]);
            buffers[2 + 2 * i] = frames[i].payload().duplicate();
        }
        try {
            socket.write(buffers, passed);
        } catch (PeerClosedException _) {
            throw new WrapperDisconnectedException();
        }
    }

    private static ByteBuffer head(WrapperFrame frame) {
        return ByteBuffer.allocate(HEAD_BYTES).putInt(frame.payload().remaining()).put((byte) frame.type()).flip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
        room.release(FRAMES_AHEAD); // lets the reader find that out
        gone.complete(null); // the kernel tells only of what the wrapper closes
    }
}
